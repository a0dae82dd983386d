// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/lost_bindings.hpp>

#include <support/slow_world.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

namespace lost_bindings_test {

using namespace sipwhere;
using namespace sipwhere_test;

using roomy_storage = hash_storage_with<11>;

[[nodiscard]] auto over_tcp() -> request {
    return alice_registers("<sip:u@192.0.2.1:5060;transport=tcp>").with("Content-Length", "0");
}

TEST_CASE("users who all register over one connection before the first is committed go with it, each of them") {
    constexpr std::size_t users = 10; // more than a connection may have notes that nobody looks at
    slow_world<roomy_storage> w;
    w.from.over = protocol::tcp;
    w.from.connection = 7;
    w.from.epoch = 1;
    const auto name = [](std::size_t user) { return "user" + std::to_string(user); };
    for (std::size_t user = 0; user < users; ++user) w.sends(as_user(name(user), over_tcp()));
    w.settle();
    for (std::size_t user = 0; user < users; ++user) CHECK(!w.stored(name(user)).empty());
    w.registrar.closed(w.from);
    for (int turns = 0; turns < 20; ++turns) w.settle();
    for (std::size_t user = 0; user < users; ++user) CHECK(w.stored(name(user)).empty());
}

TEST_CASE("a connection that ends while updates over it are in work takes them with it") {
    slow_world<roomy_storage> w;
    w.from.over = protocol::tcp;
    w.from.connection = 7;
    w.from.epoch = 1;
    w.sends(over_tcp());
    w.turn();
    w.hear(); // the job has run
    w.registrar.closed(w.from);
    for (int turns = 0; turns < 5; ++turns) w.settle();
    CHECK(w.stored().empty());
    CHECK(w.observer.log.find("removed") != std::string::npos);
}

} // namespace lost_bindings_test
