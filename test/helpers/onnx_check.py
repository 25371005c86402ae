"""Runs the checker of the ONNX project over files (with its full shape inference) and prints their opset and class names.

usage: onnx_check.py FILE...
"""
import json
import sys

import onnx

answers = []
for name in sys.argv[1:]:
    model = onnx.load(name)
    onnx.checker.check_model(model, full_check=True)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    answers.append({"opset": model.opset_import[0].version, "classNames": json.loads(metadata["classNames"])})
print(json.dumps(answers))
