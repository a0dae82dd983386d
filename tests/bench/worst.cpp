// SPDX-License-Identifier: BSL-1.0
//
// Serves the costliest requests that one can think of, each against the record that makes it costliest, and lets
// callgrind count the instructions of each. To be run by tests/bench/worst; the numbers mean something under valgrind
// only.

#include <support/costly_families.hpp>
#include <support/costly_world.hpp>

#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere_bench;

/// A count is named by its family, the bytes that pay for it and the status of the answer. Callgrind writes the name
/// later on, so that it has to stay.
void end_count(const costly_family& family, std::size_t bytes, std::size_t status) {
    static std::deque<std::string> names;
    names.push_back(family.name + '/' + std::to_string(bytes) + '/' + std::to_string(status));
    CALLGRIND_DUMP_STATS_AT(names.back().c_str());
}

/// What pays is the request and the record as it was or becomes, whichever is longer.
void count_request(const costly_family& family) {
    costly_world world{family.config};
    world.binds(family.bound);
    for (const auto& asked : family.before) (void)world.serve(asked);
    if (family.is_late) world.wait(family.late);
    const auto before = world.record_size();
    const auto request = world.write(family.attack).size();
    CALLGRIND_TOGGLE_COLLECT;
    const auto status = world.serve_written();
    CALLGRIND_TOGGLE_COLLECT;
    end_count(family, request + std::max(before, world.record_size()), status);
}

/// A program that looks an address-of-record up pays as a request does.
void count_query(const costly_family& family) {
    costly_world world{family.config};
    world.binds(family.bound);
    CALLGRIND_TOGGLE_COLLECT;
    const auto found = world.query();
    CALLGRIND_TOGGLE_COLLECT;
    end_count(family, world.record_size(), found);
}

} // namespace

/// Counts all families, or those whose name holds the word given.
int main(int count, char** values) {
    const std::string_view wanted = count > 1 ? values[1] : "";
    for (const auto& family : costly_families()) {
        if (family.name.find(wanted) == std::string::npos) continue;
        if (family.is_query) count_query(family);
        else count_request(family);
    }
}
