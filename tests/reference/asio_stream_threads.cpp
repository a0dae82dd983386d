// SPDX-License-Identifier: BSL-1.0
//
// Connections of several threads: each of one registrar, all over one storage.

#include <sipwhere/sipwhere.hpp>
#include <sipwhere/storage/sharded_storage.hpp>
#include <sipwhere/transport/asio_tcp_transport.hpp>

#include <support/at_once.hpp>
#include <support/request.hpp>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

namespace asio_stream_threads_test {

using namespace sipwhere;
using namespace std::chrono_literals;

using storage_type = sharded_storage<hash_storage, 8>;

/// A registrar with a thread of its own, at a port that others share.
struct worker {
    asio::io_context io;
    steady_clock clock;
    settings config;
    asio_tcp_transport transport;
    basic_registrar<steady_clock, storage_type, asio_tcp_transport, os_random, open_access, null_observer> registrar;
    std::thread thread;

    worker(storage_type& storage, std::uint16_t port, const secrets& shared)
        : config{.secrets = shared}, transport(io, "127.0.0.1", port, {.reuse_port = true}),
          registrar(config, clock, storage, transport) {
        REQUIRE(registrar.start());
    }
    ~worker() {
        io.stop();
        thread.join();
    }
    void run() {
        thread = std::thread{[this] { io.run(); }};
    }
};

/// A phone that registers over a connection of its own and leaves without a word.
[[nodiscard]] auto registers_and_leaves(std::uint16_t port, const std::string& user) -> bool {
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    asio::error_code failed;
    socket.connect({asio::ip::address_v4::loopback(), port}, failed);
    if (failed) return false;
    const auto contact = "<sip:" + user + "@127.0.0.1:" + std::to_string(socket.local_endpoint().port()) + ">";
    const auto asked = sipwhere_test::as_user(user, sipwhere_test::request{})
                           .with("Contact", contact)
                           .with("Content-Length", "0")
                           .text(1);
    asio::write(socket, asio::buffer(asked), failed);
    std::string answer;
    if (!failed) asio::read_until(socket, asio::dynamic_buffer(answer), "\r\n\r\n", failed);
    return !failed && answer.starts_with("SIP/2.0 200 OK\r\n");
}

TEST_CASE("registrars of several threads serve connections over one storage, and each takes out what was its own") {
    storage_type storage;
    os_random random;
    const auto shared = secrets::drawn(random);
    std::deque<worker> workers;
    std::uint16_t port = 0;
    for (int i = 0; i < 3; ++i) {
        auto& made = workers.emplace_back(storage, port, shared);
        port = made.transport.endpoints()[0].port;
    }
    for (auto& each : workers) each.run();
    std::vector<std::size_t> done(4);
    std::vector<std::thread> phones;
    for (std::size_t i = 0; i < done.size(); ++i)
        phones.emplace_back([&, i] {
            for (int j = 0; j < 50; ++j)
                done[i] += registers_and_leaves(port, "user" + std::to_string(i) + "-" + std::to_string(j)) ? 1 : 0;
        });
    for (auto& each : phones) each.join();
    for (const auto count : done) CHECK(count == 50);
    const auto bound = [&] {
        std::size_t count = 0;
        const auto visit = [&](const aor_view&, const live_bindings& live) { count += live.empty() ? 0 : 1; };
        for (auto at = storage.scan({}, 64, workers[0].clock.now(), visit); at != scan_position{};)
            at = storage.scan(at, 64, workers[0].clock.now(), visit);
        return count;
    };
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (bound() != 0 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    CHECK(bound() == 0);
}

} // namespace asio_stream_threads_test
