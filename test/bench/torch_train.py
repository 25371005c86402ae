"""Trains one of Graft's networks with PyTorch on the processor: one more peer of `npm run bench -- train --pytorch`.

usage: torch_train.py JOB.json
The job is that of keras_train.py, kind `bench`. For each line on standard input trains one epoch, as PyTorch's own tutorials
write it (eager, Adam, cross entropy, pixels in memory, shuffled, channels_last), and prints {"imagesPerSecond": x}.
Weights are PyTorch's own: only the time is compared.
"""
import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Separable(nn.Sequential):
    """Depthwise and pointwise convolution."""


def same(kernel):
    return tuple(side // 2 for side in kernel)


def build_layer(spec, channels):
    """A layer and the channels that come out of it."""
    kind = spec["type"]
    if kind in ("conv2d", "depthwiseConv2d", "separableConv2d"):
        kernel, strides = tuple(spec["kernelSize"]), tuple(spec["strides"])
        padding = same(kernel) if spec["padding"] == "same" else 0
        if kind == "conv2d":
            return nn.Conv2d(channels, spec["filters"], kernel, strides, padding, bias=spec["useBias"]), spec["filters"]
        many = channels * spec["depthMultiplier"]
        depthwise = nn.Conv2d(channels, many, kernel, strides, padding, groups=channels, bias=spec["useBias"] and kind == "depthwiseConv2d")
        if kind == "depthwiseConv2d":
            return depthwise, many
        return Separable(depthwise, nn.Conv2d(many, spec["filters"], 1, bias=spec["useBias"])), spec["filters"]
    if kind == "batchNormalization":
        return nn.BatchNorm2d(channels, eps=spec["epsilon"], momentum=1 - spec["momentum"]), channels
    if kind in ("maxPooling2d", "averagePooling2d"):
        return (nn.MaxPool2d if kind == "maxPooling2d" else nn.AvgPool2d)(tuple(spec["poolSize"]), tuple(spec["strides"])), channels
    if kind == "globalAveragePooling2d":
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), channels
    if kind == "flatten":
        return nn.Flatten(), None
    if kind == "dropout":
        return nn.Dropout(spec["rate"]), channels
    if kind == "dense":
        return (nn.LazyLinear(spec["units"]) if channels is None else nn.Linear(channels, spec["units"])), spec["units"]
    if kind == "activation":
        return activation(spec["activation"]), channels
    raise SystemExit(f"torch_train.py: no layer {kind}")


def activation(name):
    return {"relu": nn.ReLU, "relu6": nn.ReLU6, "elu": nn.ELU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "swish": nn.SiLU}[name]()


def build(job):
    layers, channels = [], job["architecture"]["input"]["channels"]
    specs = job["architecture"]["layers"]
    for index, spec in enumerate(specs):
        if spec.get("inputs"):
            raise SystemExit("torch_train.py: no branches")
        layer, channels = build_layer(spec, channels)
        layers.append(layer)
        if spec["type"] != "activation" and spec.get("activation", "linear") != "linear" and index < len(specs) - 1:
            layers.append(activation(spec["activation"]))
    return nn.Sequential(*layers)


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        job = json.load(file)
    torch.set_num_threads(int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0")) or os.cpu_count())
    shape, batch = job["architecture"]["input"], job["batch"]
    pixels = np.fromfile(job["pixels"], np.uint8).reshape(-1, shape["height"], shape["width"], 3)
    if shape["channels"] == 1:
        pixels = np.rint((pixels.astype(np.float32) * LUMA).sum(-1, keepdims=True)).astype(np.uint8)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2)  # seen as NCHW, lying as NHWC: channels_last
    labels = torch.from_numpy(np.fromfile(job["labels"], np.int32)).long()
    model = build(job)
    model(images[:2].float() / 255)
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=job["learningRate"], eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    model.train()
    steps = len(labels) // batch
    for _ in sys.stdin:
        order = torch.randperm(len(labels))
        started = time.perf_counter()
        for step in range(steps):
            indices = order[step * batch : (step + 1) * batch]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(images[indices].float() / 255), labels[indices])
            loss.backward()
            optimizer.step()
        print(json.dumps({"imagesPerSecond": steps * batch / (time.perf_counter() - started)}), flush=True)


main()
