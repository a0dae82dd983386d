// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace sipwhere {

class hash_storage;
class manual_clock;
class os_random;
class seeded_random;
class steady_clock;
class system_clock;
struct null_observer;
struct open_access;
struct settings;

template <typename Random>
class basic_heap_digest_memory;
using heap_digest_memory = basic_heap_digest_memory<os_random>;

template <typename Clock, typename Storage, typename Transport, typename Random = os_random,
          typename Access = open_access, typename Observer = null_observer>
class basic_registrar;

/// The everyday registrar: bindings in memory, a clock that never jumps.
template <typename Transport, typename Observer = null_observer>
using registrar = basic_registrar<steady_clock, hash_storage, Transport, os_random, open_access, Observer>;

} // namespace sipwhere
