#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# docs/ci: workflow and job are what their schemas say, and every command in them is one that exists.
. tests/cli/lib.sh

python=
for p in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! $p -c 'import yaml, jsonschema' 2>/dev/null || python=$p
done
if [ -n "$python" ]; then
    gives 0 $python tests/formats/documents.py tests/formats/github.schema.json docs/ci/github-workflow.yml
    gives 0 $python tests/formats/documents.py tests/formats/gitlab.schema.json docs/ci/gitlab-job.yml
    # and the schemas can fail
    sed 's/runs-on:/run-on:/' docs/ci/github-workflow.yml >"$work/wrong.yml"
    gives 1 $python tests/formats/documents.py tests/formats/github.schema.json "$work/wrong.yml"
    sed 's/    reports:/    report:/' docs/ci/gitlab-job.yml >"$work/wrong.yml"
    gives 1 $python tests/formats/documents.py tests/formats/gitlab.schema.json "$work/wrong.yml"
else
    echo "skipped: schemas of the CI documents (no python3 with yaml and jsonschema here)"
fi

# the first job of each is .ci/run
same "GitHub" "$(sed -n '/^  check:/,/^  scenarios:/s/^ *- run: //p' docs/ci/github-workflow.yml)" "sudo .ci/run"
same "GitLab" "$(sed -n '/^check:/,/^scenarios:/{/^  script:/,$s/^ *- //p}' docs/ci/gitlab-job.yml)" ".ci/run"
says "sh '.ci/run'" docs/ci/Jenkinsfile
[ -x .ci/run ] && ok || bad ".ci/run"

# and it does nothing else: what each job types, with make and the package manager as notes of how they were called, comes to
# the same make, in the same folder, as .ci/run itself; an end that is not 0 is the job's own
mkdir -p "$work/bin" "$work/checkout/.ci"
cp .ci/run "$work/checkout/.ci/run"
cat >"$work/bin/make" <<'END'
#!/bin/sh
[ "$*" = make ] || echo "make $* in $PWD" >>"$NOTES"
exit "${MAKE_STATUS:-0}"
END
cat >"$work/bin/sudo" <<'END'
#!/bin/sh
exec "$@"
END
cat >"$work/bin/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*" >>"$NOTES.packages"
END
chmod +x "$work/bin"/*
sed -n '/^  check:/,/^  scenarios:/s/^ *- run: //p' docs/ci/github-workflow.yml >"$work/github.steps"
sed -n '/^check:/,/^scenarios:/{/^  before_script:/,/^  script:/s/^ *- //p}' docs/ci/gitlab-job.yml >"$work/gitlab.steps"
sed -n '/^check:/,/^scenarios:/{/^  script:/,$s/^ *- //p}' docs/ci/gitlab-job.yml >>"$work/gitlab.steps"
sed -n "s/^ *steps { sh '\(\.ci\/run\)' }.*/\1/p" docs/ci/Jenkinsfile >"$work/jenkins.steps"
echo .ci/run >"$work/own.steps"
does() { (cd "$work/checkout" && NOTES="$work/$1.notes" PATH="$work/bin:$PATH" MAKE_STATUS=$2 sh -e "$work/$1.steps"); }
for job in own github gitlab jenkins; do
    rm -f "$work/$job.notes"
    gives 0 does $job 0
    same "$job: what is made" "$(cat "$work/$job.notes")" "make check in $work/checkout"
    gives 2 does $job 2
done
same "GitLab's packages" "$(cat "$work/gitlab.notes.packages" | sort -u)" "apt-get install -y --no-install-recommends make
apt-get update"
for word in allow_failure continue-on-error 'if:' 'rules:' 'when: manual'; do
    same "nothing lets the first job off: $word" "$(sed -n '/^ *check:/,/^ *scenarios:/p' docs/ci/github-workflow.yml docs/ci/gitlab-job.yml | grep -c -- "$word")" 0
done

# their other commands run: variables filled in as the server does
mkdir -p "$work/viplab-out" "$work/scenarios"
crash 3s >"$work/scenarios/a.yaml"
case $VIPLAB in /*) ;; *) VIPLAB=$PWD/$VIPLAB ;; esac
{
    sed -n 's/^ *- run: \.\/viplab \(.*\)/\1/p' docs/ci/github-workflow.yml | sed 's/\${{ matrix.part }}/1/; s/1\/2/1\/1/'
    sed -n 's/^ *- \.\/viplab \(.*\)/\1/p' docs/ci/gitlab-job.yml | sed 's/"\$CI_NODE_INDEX\/\$CI_NODE_TOTAL"/1\/1/'
    sed -n "s/^ *steps { sh '\.\/viplab \(.*\)' }/\1/p" docs/ci/Jenkinsfile
} >"$work/commands"
same "three commands" "$(wc -l <"$work/commands" | tr -d ' ')" 3
cd "$work"
while read -r arguments; do
    rm -f viplab-out/junit.xml
    # shellcheck disable=SC2086  # words of a command line
    gives 0 "$VIPLAB" $arguments
    [ -s viplab-out/junit.xml ] && ok || bad "no JUnit from: viplab $arguments"
done <commands
finish
