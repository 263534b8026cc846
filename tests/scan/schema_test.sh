#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What `viplab scan -f json` prints of every capture, of nothing, and with every option that adds to it, is what
# probes/scan.schema.json says; and every member that is printed stands in the schema.
set -u
real=$SRCDIR/tests/captures/real-daemons
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=
for p in python3 /usr/bin/python3; do $p -W ignore -c 'import jsonschema' 2>/dev/null && python=$p && break; done
[ -n "$python" ] || { echo 'python3-jsonschema is not installed'; exit 77; }

n=0
take() { n=$((n + 1)); timeout 20 "$VIPLAB" scan -q -f json "$@" >"$work/$n.json" 2>/dev/null </dev/null; }
for capture in "$real"/*.pcap; do take -r "$capture"; done
take -r "$work/missing.pcap"
take -r "$real/a-keepalived-frr-same-vrid-span.pcap" --want 1-3 --vlan 0 -t 5s arp or ip
take -r "$real/a-keepalived-frr-same-vrid-span.pcap" --baseline "$work/1.json"
take -r "$real/b-keepalived-ucarp-same-id-span.pcap" --baseline "$work/1.json" vlan
take -i no-such-one
for document in ${SCAN_DOCUMENTS:-}; do n=$((n + 1)); cp "$document" "$work/$n.json"; done

$python -W ignore - "$SRCDIR/probes/scan.schema.json" "$work"/*.json <<'END'
import copy
import json
import sys
import jsonschema

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)


def close(node):
    """Readers shall take members they do not know; what we print ourselves shall be known."""
    if isinstance(node, dict):
        if node.get('type') == 'object':
            node['additionalProperties'] = False
        for value in node.values():
            close(value)
    elif isinstance(node, list):
        for value in node:
            close(value)


close(schema)
validator = jsonschema.Draft202012Validator(schema)
passed = failed = 0
for path in sys.argv[2:]:
    with open(path) as file:
        document = json.load(file)
    errors = list(validator.iter_errors(document))
    for e in errors[:3]:
        print('FAILED: %s: %s: %s' % (document['capture']['source'], list(e.absolute_path), e.message[:200]))
    passed += not errors
    failed += bool(errors)
# The schema refuses what it should.
for break_it in (lambda d: d.pop('verdict'), lambda d: d['capture'].update(kind='tape'), lambda d: d.update(ids={}),
                 lambda d: d['ids'][0]['senders'][0].update(password='abc')):
    broken = copy.deepcopy(document)
    with open(sys.argv[2]) as file:
        broken = json.load(file)
    break_it(broken)
    if validator.is_valid(broken):
        print('FAILED: a broken document passes')
        failed += 1
    else:
        passed += 1
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
END
