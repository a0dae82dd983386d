// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Digest access with all that it needs on a server: users in a file, a table or a list. A board includes
/// `<sipwhere/auth/digest_access.hpp>` and `<sipwhere/auth/fixed_digest_memory.hpp>` alone.
#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/heap_digest_memory.hpp>
#include <sipwhere/auth/htdigest_file.hpp>
#include <sipwhere/auth/htdigest_table.hpp>
#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/random/os_random.hpp>
