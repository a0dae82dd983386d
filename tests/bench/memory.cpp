// SPDX-License-Identifier: BSL-1.0
//
// What a binding costs in memory that is really there, beside the text that it has to hold.
//
//   memory [--users N]
//
// Each user has one binding. Prints one line of JSON.

#include <support/world.hpp>

#include <cstdio>
#include <fstream>
#include <string>

#include <unistd.h>

namespace {

using namespace sipwhere_bench;

/// Returns: the bytes of this process that lie in memory.
auto resident_bytes() -> std::size_t {
    std::size_t all = 0, resident = 0;
    std::ifstream{"/proc/self/statm"} >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// Returns: the characters that tell one binding from the next: user, domain, contact, its parameters, Call-ID.
auto text_of_a_binding() -> std::size_t {
    const register_text kind{ask::change, 40000};
    const auto request = kind.text({});
    constexpr std::string_view to = "<sip:@>", params = ";+sip.instance=";
    const auto begin = request.find(params);
    return kind.value(request, field::to).size() - to.size() + kind.value(request, field::contact).size() +
           kind.value(request, field::call_id).size() + request.find('\r', begin) - begin;
}

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    const auto users = given.number("--users", 100'000U);
    std::size_t before = 0;
    {
        const world small{errand::query, 1}; // what a registrar takes before its first binding
        before = resident_bytes();
    }
    const world one{errand::query, users};
    const auto after = resident_bytes();
    one.check(users);
    std::printf("{\"users\":%u,\"resident\":%.1f,\"text\":%zu}\n", users, static_cast<double>(after - before) / users,
                text_of_a_binding());
}
