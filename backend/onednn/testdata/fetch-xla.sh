#!/bin/sh
# Fetches XLA's CPU plugin for the tests, from PyPI's lammps-jax-pjrt-cpu, into .tools/xla (x86-64 Linux, 202 MB). Needs
# python3 with pip.
exec sh "$(dirname "$0")/fetch-wheel.sh" lammps-jax-pjrt-cpu==0.11.2 \
	1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1 lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so xla
