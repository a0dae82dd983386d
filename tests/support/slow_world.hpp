// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/testing/slow_access.hpp>
#include <sipwhere/testing/slow_storage.hpp>

#include <support/capturing_transport.hpp>
#include <support/recording_observer.hpp>
#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// A hash storage for a registrar in which so many requests may wait.
template <std::size_t Parked>
struct hash_storage_with : sipwhere::hash_storage {
    struct memory : sipwhere::heap_memory {
        static constexpr std::size_t parked = Parked;
        template <typename T>
        using pool = sipwhere::heap_pool<T, parked + 1>;
    };
};
using cramped_storage = hash_storage_with<3>;

/// A transport that counts how often it is woken.
struct woken_transport : capturing_transport {
    unsigned wakes = 0;
    void wake() noexcept { ++wakes; }
};

/// A registrar whose policies answer when the test says so.
template <typename Inner = cramped_storage, typename Door = sipwhere::open_access>
struct slow_world {
    using storage_type = sipwhere::testing::slow_storage<Inner>;
    using access_type = sipwhere::testing::slow_access<Door>;

    sipwhere::manual_clock clock;
    Inner inner;
    Door door;
    storage_type storage;
    access_type access;
    woken_transport transport;
    sipwhere::seeded_random random{7};
    recording_observer observer;
    sipwhere::flow from{.remote = at("192.0.2.1"), .local = at("192.0.2.100")};
    sipwhere::basic_registrar<sipwhere::manual_clock, storage_type, woken_transport, sipwhere::seeded_random,
                              access_type, recording_observer>
        registrar;

    explicit slow_world(const sipwhere::settings& config = {}, const sipwhere::testing::slow_options& of_storage = {},
                        const sipwhere::testing::slow_options& of_access = {.at_once = 1})
        : storage(inner, of_storage), access(door, of_access),
          registrar(config, clock, storage, transport, random, access, observer) {
        REQUIRE(registrar.start());
    }

    auto sends(std::string_view bytes) -> sipwhere::verdict {
        const std::string copy{bytes}; // gone when the call returns
        return registrar.receive(sipwhere::datagram{from, copy});
    }
    auto sends(const request& asked) -> sipwhere::verdict { return sends(asked.text(++number_)); }
    auto write(const request& asked) -> std::string { return asked.text(++number_); }

    /// Lets policies answer once, and the registrar hear of it.
    void turn() {
        access.answer_due(clock.now());
        (void)registrar.tick();
    }
    /// Lets the registrar hear what policies have said, and no policy say more.
    void hear() { registrar.receive(std::span<const sipwhere::datagram>{}); }
    /// Lets policies answer until nothing waits.
    void settle() {
        for (int turns = 0; turns == 0 || !access.is_idle() || !storage.is_idle(); ++turns) {
            REQUIRE(turns < 1000);
            turn();
        }
        (void)registrar.tick();
    }

    /// Returns: the statuses of all answers so far, parted by blanks.
    [[nodiscard]] auto statuses() const -> std::string {
        std::string all;
        for (const auto& [to, text] : transport.sent) all += (all.empty() ? "" : " ") + text.substr(8, 3);
        return all;
    }

    /// Returns: the URIs in the store behind the slow one, parted by blanks.
    [[nodiscard]] auto stored(std::string_view user = "alice") const -> std::string {
        std::string all;
        inner.read({user, "example.com"}, clock.now(), [&all](const sipwhere::live_bindings& live) {
            for (const auto each : live) all.append(all.empty() ? "" : " ").append(each.uri);
        });
        return all;
    }

private:
    unsigned number_ = 0;
};

} // namespace sipwhere_test
