"""Reads TFRecord files with TensorFlow (which checks the checksums) and prints what is in them.

usage: read_tfrecord.py FILE...
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf  # noqa: E402

features = {
    "image/encoded": tf.io.FixedLenFeature([], tf.string),
    "image/sha256": tf.io.FixedLenFeature([], tf.string),
    "image/class/label": tf.io.FixedLenFeature([], tf.int64),
    "image/class/text": tf.io.FixedLenFeature([], tf.string),
    "image/crop": tf.io.FixedLenFeature([4], tf.float32),
}
records = []
for raw in tf.data.TFRecordDataset(sys.argv[1:]):
    example = tf.io.parse_single_example(raw, features)
    records.append({
        "sha256": example["image/sha256"].numpy().decode(),
        "label": int(example["image/class/label"]),
        "text": example["image/class/text"].numpy().decode(),
        "crop": [float(value) for value in example["image/crop"]],
        "pixels": list(tf.io.decode_jpeg(example["image/encoded"]).shape),
    })
print(json.dumps({"records": records}))
