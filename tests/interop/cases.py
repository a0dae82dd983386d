# SPDX-License-Identifier: BSL-1.0
"""Runs the cases named, or all: cases.py REGISTRARD [CASE…]. One line for each; the status is 1 if any failed."""

import cases_attacks
import cases_clients
import cases_daemon
import cases_digest
import cases_limits
import cases_sipp
import cases_store
import cases_streams
import cases_workers
from runner import main

if __name__ == "__main__":
    main(cases_daemon.CASES + cases_limits.CASES + cases_workers.CASES + cases_sipp.CASES + cases_clients.CASES +
         cases_digest.CASES + cases_attacks.CASES + cases_streams.CASES +
         cases_store.CASES,
         seconds_a_case=20, seconds_in_all=540)
