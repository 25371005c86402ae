"""Opens a model file with a real Keras: the other side of the tests of model files.

usage: keras_files.py JOB.json
The job: `file` (.keras or .h5), `input` (float32, row-major) with its `shape` [n, h, w, c], `output` (where the float32 answers go),
and, where one more step is wanted, `labels` (n numbers) and `saved` (where the trained model goes; its answers go to `trainedOutput`).
Prints {"keras": version, "shape": [...], "layers": [...], "loss": x}.
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import numpy as np  # noqa: E402

if os.environ.get("GRAFT_TF_KERAS"):
    import tf_keras as keras  # noqa: E402
else:
    import keras  # noqa: E402


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        jobs = json.load(file)
    answers = []
    for job in jobs:
        model = keras.models.load_model(job["file"], compile=False)
        x = np.fromfile(job["input"], np.float32).reshape(job["shape"])
        output = np.asarray(model.predict(x, verbose=0), np.float32)
        output.tofile(job["output"])
        answer = {"keras": keras.__version__, "shape": list(output.shape), "layers": [layer.name for layer in model.layers]}
        if "labels" in job:
            model.compile(optimizer=keras.optimizers.SGD(0.05), loss="sparse_categorical_crossentropy")
            answer["loss"] = float(model.train_on_batch(x, np.array(job["labels"], np.int32)))
            model.save(job["saved"])
            np.asarray(model.predict(x, verbose=0), np.float32).tofile(job["trainedOutput"])
        answers.append(answer)
    print(json.dumps(answers), flush=True)


main()
