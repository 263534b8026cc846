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
