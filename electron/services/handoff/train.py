"""Goes on training a model of Graft on bigger machines: Keras 3 on JAX.

One machine, processor or any number of GPUs:   python train.py --epochs 40
Several machines (the same line on each):       python train.py --coordinator HOST:1234 --processes 4 --process 0
Under SLURM:                                    sbatch job.slurm
On a Ray cluster:                               python ray_job.py --workers 4
A TensorFlow Lite file of the result:           python train.py --tflite trained.keras   (needs TensorFlow)

The batch is that of all machines together: however many there are, each step sees the same pictures, and the losses are
the same but for rounding. The best epoch by the validation frames is kept in trained.keras; bring it back with
`graft model import PROJECT trained.keras`.
"""
import argparse
import json
import os
import pathlib
import sys
import time
import zipfile

here = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=64, help="pictures per step, of all machines together")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=None, help="without it: that of the manifest")
    parser.add_argument("--augment", choices=["none", "light"], default="none", help="light: shifts by up to a tenth and changes the brightness")
    parser.add_argument("--out", default=str(here / "trained.keras"))
    parser.add_argument("--coordinator", help="HOST:PORT of the first process, for several machines")
    parser.add_argument("--processes", type=int, help="how many processes there are")
    parser.add_argument("--process", type=int, help="number of this process, from 0")
    parser.add_argument("--tflite", metavar="MODEL", help="only converts a .keras file")
    return parser.parse_args()


def to_tflite(file):
    """MODEL.keras -> MODEL.tflite, beside it."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    model = keras.saving.load_model(file, compile=False)
    target = pathlib.Path(file).with_suffix(".tflite")
    target.write_bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())
    print(f"{target} is written; it takes what the first layer reads (see preprocess in this file).")


def start_processes(args):
    """Joins the other processes. Gives the number of this one and how many there are."""
    import jax

    slurm = int(os.environ.get("SLURM_NTASKS", "1")) > 1
    if args.coordinator or slurm:
        # Processors of several machines talk to each other by gloo; GPUs have their own way.
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        if args.coordinator:
            jax.distributed.initialize(args.coordinator, args.processes, args.process)
        else:
            jax.distributed.initialize()
    return jax.process_index(), jax.process_count()


def load(manifest, split):
    """Pixels (uint8, n x height x width x 3) and labels of a split; the pixels stay on the disk until they are needed."""
    import numpy as np

    shards = manifest["splits"].get(split, {"shards": []})["shards"]
    return [np.load(here / shard["pixels"], mmap_mode="r") for shard in shards], np.concatenate([np.load(here / shard["labels"]) for shard in shards] or [np.zeros(0, "int32")])


def preprocess(pixels, how):
    """uint8 RGB pictures -> what the first layer reads. It is a part of the model: always the same."""
    import numpy as np

    x = pixels.astype("float32")
    if how["colour"] == "luma":
        x = (x * np.array([0.299, 0.587, 0.114], "float32")).sum(-1, keepdims=True)
    return x * np.float32(how["scale"]) + np.float32(how["offset"])


def augment(pixels, random):
    """Shifts by up to a tenth of each side (edges are repeated) and changes the brightness by up to a fifth."""
    import numpy as np

    result = np.empty_like(pixels)
    for index, picture in enumerate(pixels):
        height, width = picture.shape[:2]
        down, right = random.integers(-height // 10, height // 10 + 1), random.integers(-width // 10, width // 10 + 1)
        rows = np.clip(np.arange(height) + down, 0, height - 1)
        columns = np.clip(np.arange(width) + right, 0, width - 1)
        result[index] = np.clip(picture[rows][:, columns] * random.uniform(0.8, 1.2), 0, 255).astype("uint8")
    return result


def dataset_class():
    import keras
    import numpy as np

    class Batches(keras.utils.PyDataset):
        """The share of one process in each batch. The order is a matter of seed and epoch alone, so all agree on it."""

        def __init__(self, shards, labels, how, batch, part, parts, seed=None, light=False):
            super().__init__()
            self.shards, self.labels, self.how, self.batch = shards, labels, how, batch
            self.part, self.parts, self.seed, self.light, self.epoch = part, parts, seed, light, 0
            self.starts = np.cumsum([0] + [len(shard) for shard in shards])
            self.on_epoch_begin()

        def on_epoch_begin(self):
            order = np.arange(len(self.labels))
            self.order = order if self.seed is None else np.random.default_rng([self.seed, self.epoch]).permutation(order)

        def on_epoch_end(self):
            self.epoch += 1
            self.on_epoch_begin()

        def __len__(self):
            # In training each step has a full batch; what is left over comes in another epoch.
            return len(self.labels) // self.batch if self.seed is not None else -(-len(self.labels) // self.batch)

        def picture(self, index):
            shard = int(np.searchsorted(self.starts, index, side="right")) - 1
            return self.shards[shard][index - self.starts[shard]]

        def __getitem__(self, step):
            chosen = self.order[step * self.batch : (step + 1) * self.batch]
            weights = np.ones(self.batch, "float32")
            if len(chosen) < self.batch:
                # All processes need the same shape; what is filled up counts nothing.
                weights[len(chosen) :] = 0
                chosen = np.concatenate([chosen, np.zeros(self.batch - len(chosen), chosen.dtype)])
            own = slice(self.part * self.batch // self.parts, (self.part + 1) * self.batch // self.parts)
            pixels = np.stack([self.picture(index) for index in chosen[own]])
            if self.light:
                pixels = augment(pixels, np.random.default_rng([self.seed, self.epoch, step, self.part]))
            return preprocess(pixels, self.how), self.labels[chosen[own]], weights[own]

    return Batches


def check(model, manifest):
    """The answers to the check pictures, and how far they are from those that the studio gave."""
    import numpy as np

    pixels = np.load(here / "check-input.npy")
    answers = np.asarray(model(preprocess(pixels, manifest["preprocessing"]), training=False))
    return answers, float(np.abs(answers - np.load(here / "check-output.npy")).max())


def keep(model, manifest, file, history):
    """Saves the model with all that the studio needs to take it back: classes, preprocessing, parent, check answers."""
    import io

    import numpy as np

    model.save(file)
    words = {**json.loads((here / "model.graft.json").read_text(encoding="utf8")), "parent": manifest["model"]["id"], "history": history}
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("graft.json", json.dumps(words))
        for name, values in (("graft-check-input.npy", np.load(here / "check-input.npy")), ("graft-check-output.npy", check(model, manifest)[0])):
            buffer = io.BytesIO()
            np.save(buffer, values)
            archive.writestr(name, buffer.getvalue())


def train(args):
    os.environ.setdefault("KERAS_BACKEND", "jax")
    part, parts = start_processes(args)
    import keras
    import jax

    manifest = json.loads((here / "manifest.json").read_text(encoding="utf8"))
    seed = manifest["seed"] if args.seed is None else args.seed
    say = (lambda *words: print(*words, flush=True)) if part == 0 else (lambda *words: None)
    keras.utils.set_random_seed(seed)
    devices = len(jax.devices())
    if devices > 1:
        # Every device holds the whole model and a share of each batch.
        keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    model = keras.saving.load_model(here / "model.keras", compile=False)
    if parts == 1:
        apart = check(model, manifest)[1]
        say(f"check pictures: at most {apart:.1e} from the studio's answers")
        if apart > 1e-4:
            sys.exit("The model answers otherwise here than in the studio: nothing is trained. Look at the versions in requirements.txt.")
    shards, labels = load(manifest, "train")
    if len(labels) == 0:
        sys.exit("There are no training frames in this folder.")
    batch = min(args.batch, len(labels)) // devices * devices
    if batch == 0:
        sys.exit(f"A batch of {min(args.batch, len(labels))} does not reach for {devices} devices.")
    batches = dataset_class()
    how = manifest["preprocessing"]
    training = batches(shards, labels, how, batch, part, parts, seed, args.augment == "light")
    seen_shards, seen_labels = load(manifest, "validation")
    validation = batches(seen_shards, seen_labels, how, batch, part, parts) if len(seen_labels) else None
    model.compile(
        optimizer=keras.optimizers.Adam(args.learning_rate),
        loss="sparse_categorical_crossentropy",
        weighted_metrics=[keras.metrics.SparseCategoricalCrossentropy(name="crossentropy"), keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    say(f"{len(labels)} frames, {len(seen_labels)} for validation; {devices} devices in {parts} processes; batches of {batch}")
    best, history = float("inf"), []
    for epoch in range(args.epochs):
        started = time.perf_counter()
        logs = model.fit(training, initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False).history
        row = {"epoch": epoch + 1, "loss": logs["crossentropy"][0], "accuracy": logs["accuracy"][0], "seconds": time.perf_counter() - started}
        if validation is not None:
            seen = model.evaluate(validation, verbose=0, return_dict=True)
            row |= {"validationLoss": seen["crossentropy"], "validationAccuracy": seen["accuracy"]}
        history.append(row)
        say(json.dumps(row))
        judged = row.get("validationLoss", row["loss"])
        if judged < best:
            best = judged
            if part == 0:
                best_weights = [variable.numpy() for variable in model.variables]
    if part == 0:
        # The check pictures are asked on one device, as the studio does.
        keras.distribution.set_distribution(None)
        plain = keras.saving.load_model(here / "model.keras", compile=False)
        for variable, value in zip(plain.variables, best_weights):
            variable.assign(value)
        keep(plain, manifest, args.out, history)
        say(f"{args.out} holds the best epoch.")


if __name__ == "__main__":
    given = arguments()
    if given.tflite:
        to_tflite(given.tflite)
    else:
        train(given)
