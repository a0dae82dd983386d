// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/config/secrets.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/sqlite_storage.hpp>

#include <support/capturing_transport.hpp>
#include <support/crashing_disk.hpp>
#include <support/recording_observer.hpp>
#include <support/reply.hpp>
#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// A transport without a network that other threads may wake, and that waits for that.
struct waiting_transport : capturing_transport {
    void wake() noexcept {
        const std::lock_guard hold{mutex};
        is_woken = true;
        news.notify_one();
    }
    void wait() {
        std::unique_lock hold{mutex};
        if (!news.wait_for(hold, std::chrono::seconds{30}, [this] { return is_woken; })) FAIL("nobody wakes it");
        is_woken = false;
    }

    std::mutex mutex;
    std::condition_variable news;
    bool is_woken = false;
};

/// A registrar whose bindings outlive it, on a disk in memory.
struct durable_world {
    sipwhere::manual_clock clock;
    crashing_disk disk;
    sipwhere::settings config;
    sipwhere::flow from{.remote = at("192.0.2.1"), .local = at("192.0.2.100")};

    struct run {
        sipwhere::sqlite_storage storage;
        waiting_transport transport;
        sipwhere::seeded_random random;
        recording_observer observer;
        sipwhere::basic_registrar<sipwhere::manual_clock, sipwhere::sqlite_storage, waiting_transport,
                                  sipwhere::seeded_random, sipwhere::open_access, recording_observer>
            registrar;

        run(durable_world& of, std::uint64_t number)
            : storage("bindings", {.vfs = of.disk.name()}), random(number),
              registrar(of.config, of.clock, storage, transport, random, observer) {}
    };
    std::unique_ptr<run> now;

    explicit durable_world(const sipwhere::settings& wanted = {}) : config(wanted) {
        sipwhere::seeded_random chance{99};
        config.secrets = sipwhere::secrets::drawn(chance);
        restart();
    }

    /// Ends the program and starts it again.
    void restart() {
        now.reset();
        now = std::make_unique<run>(*this, ++runs_);
        REQUIRE(now->registrar.start());
    }

    /// Sends bytes, and waits until they are answered.
    auto sends(std::string_view bytes) -> reply {
        auto& transport = now->transport;
        const auto before = transport.sent.size();
        const std::string copy{bytes};
        const auto verdict = now->registrar.receive(sipwhere::datagram{from, copy});
        if (verdict.kind == sipwhere::handling::dropped) return {verdict, {}, {}};
        while (transport.sent.size() == before) {
            transport.wait();
            now->registrar.receive(std::span<const sipwhere::datagram>{});
        }
        return {verdict, transport.sent.back().first, transport.sent.back().second};
    }
    auto sends(const request& asked) -> reply { return sends(write(asked)); }
    [[nodiscard]] auto write(const request& asked) -> std::string { return asked.text(++number_); }

    [[nodiscard]] auto bound(std::string_view user = "alice") -> std::string {
        return sends(as_user(user, request{})).uris();
    }

private:
    unsigned number_ = 0;
    std::uint64_t runs_ = 0;
};

} // namespace sipwhere_test
