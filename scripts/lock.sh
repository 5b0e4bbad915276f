#!/usr/bin/env bash
# Make requirements.lock anew from pyproject.toml and constraints.txt: every package with the SHA-256 of its files.
# Needs uv (pip install uv). torch and what only its CUDA build brings are left out: which file of torch 2.13.0 is
# right depends on the machine (CPU, CUDA, macOS), and each has another hash; it is installed first, by its version.
set -euo pipefail
cd "$(dirname "$0")/.."
left_out=$(printf -- '--no-emit-package %s ' torch triton cuda-{bindings,pathfinder,toolkit} \
  nvidia-{cublas,cuda-cupti,cuda-nvrtc,cuda-runtime,cudnn-cu13,cufft,cufile,curand,cusolver,cusparse} \
  nvidia-{cusparselt-cu13,nccl-cu13,nvjitlink,nvshmem-cu13,nvtx})
# shellcheck disable=SC2086
uv pip compile pyproject.toml --extra laws --extra model --extra ocr -c constraints.txt --universal \
  --python-version 3.11 --generate-hashes --no-annotate --no-header $left_out --quiet -o requirements.lock
