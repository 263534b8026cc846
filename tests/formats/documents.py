#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""documents.py SCHEMA DOCUMENT.yml: exit 1 and the reason when the document is not what the schema says."""
import json
import sys

import jsonschema
import yaml

document = yaml.safe_load(open(sys.argv[2]))
if True in document:            # YAML 1.1 takes the key `on' for a truth
    document["on"] = document.pop(True)
try:
    jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(document)
except jsonschema.ValidationError as e:
    sys.exit("%s: %s: %s" % (sys.argv[2], "/".join(map(str, e.path)), e.message))
