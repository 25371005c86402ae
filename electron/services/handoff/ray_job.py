"""Runs train.py on a Ray cluster: one process per worker, Keras 3 on JAX.

usage: python ray_job.py --workers 4 [--gpus 1] [options of train.py]
Copy this folder to the same place on every machine (or onto a shared disk) first.
"""
import argparse
import pathlib
import socket
import subprocess
import sys

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

here = pathlib.Path(__file__).resolve().parent


@ray.remote
class Worker:
    def address(self):
        """HOST:PORT for the first process."""
        with socket.socket() as free:
            free.bind(("", 0))
            return f"{ray.util.get_node_ip_address()}:{free.getsockname()[1]}"

    def train(self, coordinator, processes, process, options):
        line = [sys.executable, str(here / "train.py"), "--coordinator", coordinator, "--processes", str(processes), "--process", str(process), *options]
        return subprocess.run(line, cwd=here, check=True).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--gpus", type=float, default=0, help="GPUs per worker")
    given, options = parser.parse_known_args()
    ray.init(address="auto")
    group = placement_group([{"CPU": 1, "GPU": given.gpus}] * given.workers, strategy="SPREAD")
    ray.get(group.ready())
    workers = [Worker.options(num_cpus=1, num_gpus=given.gpus, scheduling_strategy=PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index)).remote() for index in range(given.workers)]
    coordinator = ray.get(workers[0].address.remote())
    ray.get([worker.train.remote(coordinator, given.workers, index, options) for index, worker in enumerate(workers)])


if __name__ == "__main__":
    main()
