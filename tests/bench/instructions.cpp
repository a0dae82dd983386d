// SPDX-License-Identifier: BSL-1.0
//
// Does each station of a REGISTER, each kind of whole ones, and refreshes as clients sent them, a thousand times each,
// and lets callgrind count their instructions alone. To be run by tests/bench/gate, with the files of the clients; the
// numbers mean something under valgrind only.

#include <support/stages.hpp>
#include <support/world.hpp>
#include <support/world_of_client.hpp>

#include <valgrind/callgrind.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere_bench;

constexpr std::uint32_t times = 1000;
constexpr std::uint32_t batch = 50;

void end_count(std::string_view name) {
    CALLGRIND_DUMP_STATS_AT((std::string{name} + "/" + std::to_string(times)).c_str());
}

template <auto Station>
void count_station(std::string_view name) {
    stages one;
    bool done = true;
    CALLGRIND_TOGGLE_COLLECT;
    for (std::uint32_t i = 0; i < times; ++i) done = (one.*Station)() && done;
    CALLGRIND_TOGGLE_COLLECT;
    if (!done) die(std::string{name} + " failed");
    end_count(name);
}

template <typename World>
void count_whole(std::string_view name, errand what) {
    constexpr std::uint32_t users = 1000;
    World one{what, users};
    for (std::uint32_t i = 0; i < times / batch; ++i) {
        one.prepare(batch);
        CALLGRIND_TOGGLE_COLLECT;
        one.run();
        CALLGRIND_TOGGLE_COLLECT;
        one.finish();
    }
    one.check(users);
    end_count(name);
}

/// Lets a client register again every 25 s, with another CSeq and branch each time.
void count_client(const char* path) {
    const std::string name{path};
    const auto begin = name.rfind('/') + 1;
    std::ifstream file{path, std::ios::binary};
    const std::string recorded{std::istreambuf_iterator<char>{file}, {}};
    world_of_client one{recorded};
    constexpr std::uint32_t first = 2; // from then on nothing is new
    for (std::uint32_t i = 0; i < first + times; ++i) {
        if (i >= first) CALLGRIND_TOGGLE_COLLECT;
        one.run();
        if (i >= first) CALLGRIND_TOGGLE_COLLECT;
        one.finish();
    }
    one.check(first + times);
    end_count(name.substr(begin, name.find('-', begin) - begin));
}

} // namespace

int main(int count, char** arguments) {
    count_station<&stages::parse>("parse");
    count_station<&stages::read>("read");
    count_station<&stages::plan>("plan");
    count_station<&stages::commit>("commit");
    count_station<&stages::answer>("answer");
    for (const auto& [name, what] : errands) count_whole<world>(name, what);
    count_whole<basic_world<floor_registrar>>("floor", errand::refresh);
    for (int i = 1; i < count; ++i) count_client(arguments[i]);
}
