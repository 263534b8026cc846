# SPDX-License-Identifier: BSD-2-Clause
# Sourced: the web server behind the balancers that are measured.

# nginx in the namespace ${play}web, its files and what it serves in $work; /hello answers with a line.
web_server() {
    cat >"$work/nginx.conf" <<N
daemon off; pid $work/nginx.pid; error_log $work/nginx.error; worker_processes 1; user root;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 100000000; sendfile on; client_body_temp_path $work/n1; proxy_temp_path $work/n2;
  fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
  server { listen 80 backlog=4096; root $work; location /hello { default_type text/plain; return 200 "hello\n"; } } }
N
    ip netns exec "${play}web" nginx -e "$work/nginx.error" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
}
