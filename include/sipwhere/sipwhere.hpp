// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Everything that needs the standard library alone, and no threads. What needs more is included by its own name:
/// `<sipwhere/storage/sharded_storage.hpp>`, `<sipwhere/transport/asio_udp_transport.hpp>`.
#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/clock/steady_clock.hpp>
#include <sipwhere/clock/system_clock.hpp>
#include <sipwhere/fwd.hpp>
#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/observer/log_observer.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/observer/tee_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/record/owned_record.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/server/basic_server.hpp>
#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/transport/simulated_network.hpp>
#include <sipwhere/version.hpp>
