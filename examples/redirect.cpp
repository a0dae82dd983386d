// SPDX-License-Identifier: BSL-1.0
//
// A registrar and a redirect server behind one socket: redirect ADDRESS PORT
//
// Whoever calls a user is told where that user has registered: 302, with the contacts by descending q.
#include <sipwhere/sipwhere.hpp>
#include <sipwhere/transport/asio_udp_transport.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <string_view>

namespace {

using namespace sipwhere;

auto complain(std::string_view about, std::string_view why) -> int {
    std::cerr << "redirect: " << about << ": " << why << '\n';
    return 1;
}

} // namespace

auto main(int argc, char** argv) -> int {
    const std::string_view address{argc > 1 ? argv[1] : "0.0.0.0"};
    const std::string_view digits{argc > 2 ? argv[2] : "5060"};
    std::uint16_t port = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), port).ec != std::errc{})
        return complain(digits, "is no port; usage: redirect [ADDRESS [PORT]]");

    asio::io_context io;
    asio::signal_set signals{io, SIGINT, SIGTERM};
    steady_clock clock;
    hash_storage storage;
    asio_udp_transport transport{io, address, port};
    const settings config;
    registration_handler registrar{config, clock, storage};
    auto redirect = on<method::invite>([&registrar](exchange& call) {
        std::array<char, 4096> bytes;
        writer contacts{bytes};
        const auto found = registrar.query(call.request().request_uri(), [&contacts](const binding_view& binding) {
            const auto before = contacts.size();
            contacts.put("Contact: <").put(binding.uri).put(">;q=");
            contacts.put_number(binding.q / 1000U).put('.').put_padded(binding.q % 1000U, 3).put("\r\n");
            if (!contacts.fits()) contacts.cut(before); // the caller has enough to try
        });
        if (!found) return call.answer(status::not_found); // no address of a user
        if (*found == 0) return call.answer(status::temporarily_unavailable);
        return call.answer(status::moved_temporarily, contacts.text());
    });
    basic_server server{config, clock, transport, registrar, redirect};
    if (const auto started = server.start(); !started)
        return complain(transport.failed_at(), message(started.error().code));

    std::array<char, 64> bytes{};
    writer line{bytes};
    write_endpoint(line, transport.endpoints()[0]);
    std::cout << "listening on udp " << line.text() << std::endl;
    signals.async_wait([&io](const auto&...) { io.stop(); });
    io.run();
}
