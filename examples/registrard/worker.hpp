// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "door.hpp"
#include "listening.hpp"
#include "options.hpp"

#include <sipwhere/clock/system_clock.hpp>
#include <sipwhere/observer/background_sink.hpp>
#include <sipwhere/sipwhere.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <cstdint>
#include <functional>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

namespace registrard {

/// A registrar, and all that one thread has for itself: its loop, its transport and its counters. Nothing of it shares
/// a cache line with another one.
template <typename Storage, typename Listening>
class alignas(128) worker {
public:
    template <typename UdpOptions>
    worker(const options& asked, std::span<const listener> listeners, const UdpOptions& how, Storage& storage,
           const sipwhere::secrets& secrets, guard& keeper, sipwhere::background_sink& log)
        : listening_(io_, asked, listeners, how, asked.workers == 1 ? ports::exclusive : ports::shared),
          log_(std::ref(log), asked.log, (asked.log_rate + asked.workers - 1) / asked.workers, asked.log_users),
          door_(keeper, asked),
          registrar_(settings_of(asked, secrets), clock_, storage, listening_.set(), door_, observer_) {}
    worker(const worker&) = delete;
    auto operator=(const worker&) -> worker& = delete;

    /// Stops, and waits for the thread that `run_aside` made.
    ~worker() {
        stop();
        if (thread_.joinable()) thread_.join();
    }

    [[nodiscard]] auto start() -> sipwhere::result<void> { return registrar_.start(); }

    /// Says how many bindings there were before this run.
    void begin_with(std::uint64_t bindings) { counts_.begin_with(bindings); }

    void run() { io_.run(); }

    /// Runs on a thread of its own.
    void run_aside() {
        thread_ = std::thread{[this] { run(); }};
    }

    /// Lets `run` return, on whatever thread.
    void stop() { io_.stop(); }

    [[nodiscard]] auto io() -> asio::io_context& { return io_; }
    [[nodiscard]] auto listeners() const -> const Listening& { return listening_; }
    [[nodiscard]] auto lacks_certificate(std::string_view domain) -> bool {
        return listening_.lacks_certificate(domain);
    }

    /// Reads the certificates again, on its own thread; `done` is told there what is wrong with them.
    void reload(std::function<void(const std::string&)> done) {
        asio::post(io_, [this, done] { done(listening_.reload()); });
    }
    [[nodiscard]] auto registrar() const -> const auto& { return registrar_; }

    /// Returns: what it has counted; its own thread is asked.
    [[nodiscard]] auto counts() -> sipwhere::counting_observer {
        if (!thread_.joinable()) return counts_;
        std::promise<sipwhere::counting_observer> answer;
        asio::post(io_, [&] { answer.set_value(counts_); });
        return answer.get_future().get();
    }

private:
    using log_type = sipwhere::log_observer<std::reference_wrapper<sipwhere::background_sink>>;
    using observer_type = sipwhere::tee_observer<sipwhere::counting_observer, log_type>;
    /// Times in a file have to be the wall clock's.
    using clock_type = std::conditional_t<Storage::persistent, sipwhere::system_clock, sipwhere::steady_clock>;
    using registrar_type =
        sipwhere::basic_registrar<clock_type, Storage,
                                  std::remove_reference_t<decltype(std::declval<Listening&>().set())>,
                                  sipwhere::os_random, door, observer_type>;

    /// With one secret for all workers, each knows a repeat of what another has answered, when a client comes by
    /// another port.
    [[nodiscard]] static auto settings_of(const options& asked, const sipwhere::secrets& secrets)
        -> sipwhere::settings {
        auto made = asked.settings;
        made.secrets = secrets;
        made.domains = asked.domains;
        made.aliases = asked.aliases;
        return made;
    }

    asio::io_context io_;
    Listening listening_;
    clock_type clock_;
    sipwhere::counting_observer counts_;
    log_type log_;
    observer_type observer_{counts_, log_};
    door door_;
    registrar_type registrar_;
    std::thread thread_;
};

} // namespace registrard
