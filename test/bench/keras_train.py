"""Trains one of Graft's networks with Keras: the other side of `npm run bench -- train` and of the equality test.

usage: keras_train.py JOB.json
The job names files with the initial weights (float32, in the order of `specs`), the pixels (uint8 RGB, n x height x width x 3)
and the labels (int32). Kind `losses`: one step per batch, in order; prints {"losses": [...]}. Kind `summary`: prints what
model.summary() counts. Kind `fit`: so many epochs, and the accuracy on the held pictures after the best of them. Kind `bench`: for each line on
standard input trains one epoch with model.fit on tf.data and prints {"imagesPerSecond": x}; ends with the input.
"""
import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

ACTIVATIONS = {"hardSigmoid": "hard_sigmoid", "swish": "silu"}
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def activation(name):
    return ACTIVATIONS.get(name, name)


def build_layer(spec, last):
    kind = spec["type"]
    base = {"name": spec["name"], "trainable": spec.get("trainable", True)}
    act = "linear" if last and spec.get("activation") == "softmax" else activation(spec.get("activation", "linear"))
    if kind in ("conv2d", "depthwiseConv2d", "separableConv2d"):
        window = {"kernel_size": spec["kernelSize"], "strides": spec["strides"], "padding": spec["padding"], "activation": act, "use_bias": spec["useBias"]}
        if kind == "conv2d":
            return keras.layers.Conv2D(spec["filters"], **window, **base)
        if kind == "depthwiseConv2d":
            return keras.layers.DepthwiseConv2D(depth_multiplier=spec["depthMultiplier"], **window, **base)
        return keras.layers.SeparableConv2D(spec["filters"], depth_multiplier=spec["depthMultiplier"], **window, **base)
    if kind == "dense":
        return keras.layers.Dense(spec["units"], activation=act, use_bias=spec["useBias"], **base)
    if kind == "batchNormalization":
        return keras.layers.BatchNormalization(momentum=spec["momentum"], epsilon=spec["epsilon"], **base)
    if kind == "activation":
        return keras.layers.Activation(act, **base)
    if kind in ("maxPooling2d", "averagePooling2d"):
        layer = keras.layers.MaxPooling2D if kind == "maxPooling2d" else keras.layers.AveragePooling2D
        return layer(pool_size=spec["poolSize"], strides=spec["strides"], padding=spec["padding"], **base)
    if kind == "globalAveragePooling2d":
        return keras.layers.GlobalAveragePooling2D(**base)
    if kind == "globalMaxPooling2d":
        return keras.layers.GlobalMaxPooling2D(**base)
    if kind == "flatten":
        return keras.layers.Flatten(**base)
    if kind == "dropout":
        return keras.layers.Dropout(spec["rate"], **base)
    if kind == "add":
        return keras.layers.Add(**base)
    if kind == "concatenate":
        return keras.layers.Concatenate(**base)
    raise SystemExit(f"keras_train.py: no layer {kind}")


def build(job):
    """The network; its last layer gives logits."""
    shape = job["architecture"]["input"]
    entry = keras.Input((shape["height"], shape["width"], shape["channels"]))
    values, previous = {}, entry
    layers = job["architecture"]["layers"]
    for index, spec in enumerate(layers):
        read = [values[name] for name in spec["inputs"]] if spec.get("inputs") else [previous]
        previous = build_layer(spec, index == len(layers) - 1)(read if len(read) > 1 else read[0])
        values[spec["name"]] = previous
    model = keras.Model(entry, previous)
    flat, at, by_layer = np.fromfile(job["weights"], np.float32), 0, {}
    for spec in job["specs"]:
        size = int(np.prod(spec["shape"]))
        by_layer.setdefault(spec["layer"], []).append(flat[at : at + size].reshape(spec["shape"]))
        at += size
    for name, weights in by_layer.items():
        model.get_layer(name).set_weights(weights)
    model.compile(optimizer=optimizer(job), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
    return model


def optimizer(job):
    rate, kind = job["learningRate"], job.get("optimizer", "adam")
    if kind == "sgd":
        return keras.optimizers.SGD(rate, momentum=0.9, nesterov=job.get("nesterov", False))
    if kind == "adamw":
        return keras.optimizers.AdamW(rate)
    return keras.optimizers.Adam(rate)


class Clock(keras.callbacks.Callback):
    """Seconds of the epoch itself, without what `fit` does around it."""

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds = time.perf_counter() - self.started


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        job = json.load(file)
    tf.config.threading.set_intra_op_parallelism_threads(int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0")))
    shape, batch = job["architecture"]["input"], job["batch"]
    pixels = np.fromfile(job["pixels"], np.uint8).reshape(-1, shape["height"], shape["width"], 3)
    labels = np.fromfile(job["labels"], np.int32)
    model = build(job)
    if job["kind"] == "summary":
        layers = [{"name": layer.name, "outputShape": list(layer.output.shape[1:]), "parameters": layer.count_params()} for layer in model.layers[1:]]
        trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
        print(json.dumps({"layers": layers, "total": model.count_params(), "trainable": trainable}), flush=True)
        return
    if job["kind"] == "fit":
        def scale(values):
            values = values.astype(np.float32) / 255
            return (values * LUMA).sum(-1, keepdims=True) if shape["channels"] == 1 else values

        held = np.fromfile(job["heldPixels"], np.uint8).reshape(-1, shape["height"], shape["width"], 3)
        keras.utils.set_random_seed(job["seed"])
        x, y, heldX, heldY = scale(pixels), labels, scale(held), np.fromfile(job["heldLabels"], np.int32)
        best = {"loss": float("inf"), "accuracy": 0.0}
        for _ in range(job["epochs"]):
            model.fit(x, y, epochs=1, batch_size=batch, shuffle=True, verbose=0)
            logits = model.predict(heldX, verbose=0)
            loss = float(keras.ops.mean(keras.losses.sparse_categorical_crossentropy(heldY, logits, from_logits=True)))
            if loss < best["loss"]:
                best = {"loss": loss, "accuracy": float(np.mean(logits.argmax(-1) == heldY))}
        print(json.dumps(best), flush=True)
        return
    if job["kind"] == "losses":
        losses = []
        for at in range(0, len(labels), batch):
            x = pixels[at : at + batch].astype(np.float32)
            if shape["channels"] == 1:
                x = (x * LUMA).sum(-1, keepdims=True)
            model.reset_metrics()
            losses.append(float(model.train_on_batch(x * np.float32(1 / 255), labels[at : at + batch])))
        print(json.dumps({"losses": losses, "versions": {"keras": keras.__version__, "tensorflow": tf.__version__}}), flush=True)
        return
    if shape["channels"] == 1:  # What Keras would be fed: pictures that are gray on the disk already.
        pixels = np.rint((pixels.astype(np.float32) * LUMA).sum(-1, keepdims=True)).astype(np.uint8)
    data = tf.data.Dataset.from_tensor_slices((pixels, labels)).shuffle(len(labels)).batch(batch, drop_remainder=True)
    data = data.map(lambda x, y: (tf.cast(x, tf.float32) * (1 / 255), y), num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
    steps = len(labels) // batch
    for _ in sys.stdin:
        clock = Clock()
        model.fit(data, epochs=1, verbose=0, shuffle=False, callbacks=[clock])
        print(json.dumps({"imagesPerSecond": steps * batch / clock.seconds}), flush=True)


main()
