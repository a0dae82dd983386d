// SPDX-License-Identifier: BSL-1.0
//
// The registrar under load: sipwhere's core over a UDP socket, bindings in memory.
//
//   server [--port N] [--batch datagrams|segments]
//
// `--batch` takes the transport that reads and writes many datagrams in one call; with `segments` runs of them from or
// to one peer are one message (GRO, GSO). Prints its port; SIGTERM ends it.

#include <support/options.hpp>

#include <sipwhere/clock/steady_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/transport/asio_batched_udp_transport.hpp>
#include <sipwhere/transport/asio_udp_transport.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <csignal>
#include <cstdint>
#include <cstdio>

namespace {

using namespace sipwhere_bench;
using namespace std::chrono_literals;

template <typename Transport>
void serve(asio::io_context& io, Transport& transport) {
    sipwhere::steady_clock clock;
    sipwhere::hash_storage storage{{.max_aors = 1U << 24U, .max_bytes = std::size_t{1} << 36U}};
    const sipwhere::settings config{.domains = {"example.com"}, .limits = {.min_expires = 1s, .max_expires = 2h}};
    sipwhere::basic_registrar registrar{config, clock, storage, transport};
    if (!registrar.start()) die("the registrar can't start");

    std::printf("%u\n", transport.endpoints().front().port);
    std::fflush(stdout);
    asio::signal_set ends{io, SIGINT, SIGTERM};
    ends.async_wait([&io](const asio::error_code&, int) { io.stop(); });
    io.run();
}

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    constexpr int megabytes = 1 << 20;
    const auto port = given.number<std::uint16_t>("--port", 0);

    asio::io_context io{1};
    if (const auto how = given.text("--batch"); !how.empty()) {
        const auto batching = how == "segments" ? sipwhere::udp_batching::segments : sipwhere::udp_batching::datagrams;
        const sipwhere::asio_batched_udp_options options{.receive_buffer = 8 * megabytes, .batching = batching};
        sipwhere::asio_batched_udp_transport transport{io, "127.0.0.1", port, options};
        serve(io, transport);
        return 0;
    }
    sipwhere::asio_udp_transport transport{io, "127.0.0.1", port, {.receive_buffer = 8 * megabytes}};
    serve(io, transport);
}
