// SPDX-License-Identifier: BSL-1.0
#pragma once

/// For tests of programs and of policies: a clock that stands still, chance that repeats, a network that loses, and the
/// laws of each policy. Uses the heap.
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/queue_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/testing/clock_laws.hpp>
#include <sipwhere/testing/law.hpp>
#include <sipwhere/testing/random_laws.hpp>
#include <sipwhere/testing/rerunning_storage.hpp>
#include <sipwhere/testing/slow_access.hpp>
#include <sipwhere/testing/slow_policy.hpp>
#include <sipwhere/testing/slow_storage.hpp>
#include <sipwhere/testing/storage_laws.hpp>
#include <sipwhere/testing/transport_laws.hpp>
#include <sipwhere/transport/simulated_host.hpp>
#include <sipwhere/transport/simulated_network.hpp>
