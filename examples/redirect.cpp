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

/// Answers INVITE: 302 and the bindings of who is called, 480 when there are none, 404 for an address that is not ours.
///
/// It keeps no transactions: a repeated INVITE is answered anew, and an ACK needs no answer (RFC 3261 §8.2.7, §8.3).
template <typename Registrar, typename Transport>
class redirector {
public:
    redirector(Registrar& registrar, Transport& transport) : registrar_(registrar), transport_(transport) {}

    /// What a `chain` asks of its handlers.
    auto offer(const datagram& arrived) -> verdict {
        constexpr verdict dropped{handling::dropped, {}};
        message_view request;
        if (!parse_message(arrived.bytes, request) || !request.is_request()) return {};
        if (request.method() == method::ack) return dropped;
        if (request.method() != method::invite) return {};

        request_fields fields;
        if (!read_top_via(request, fields.via) || read_request_fields(request, fields) || refuse_version(request))
            return {}; // the registrar says why
        const auto route = route_reply(fields.via, arrived.from, reply_to_source::off, false);
        if (!route || transport_.is_own(route->way.remote)) return dropped;

        const auto [code, contacts] = look_up(request.request_uri());
        writer out{answer_};
        const answer_context about{.request = request,
                                   .fields = fields,
                                   .route = *route,
                                   .source = arrived.from.remote,
                                   .to_tag = keys_of(request, fields, arrived.from, secret_).to_tag};
        if (!write_short_answer(out, about, {code}, contacts)) return dropped;
        if (!transport_.send(route->way, out.text())) return dropped;
        return {handling::answered, code};
    }

private:
    struct redirection {
        status code;
        std::string_view contacts; ///< whole header lines
    };

    auto look_up(std::string_view called) -> redirection {
        writer lines{contacts_};
        const auto found = registrar_.query(called, [&lines](const binding_view& binding) {
            const auto before = lines.size();
            lines.put("Contact: <").put(binding.uri).put(">;q=");
            lines.put_number(binding.q / 1000U).put('.').put_padded(binding.q % 1000U, 3).put("\r\n");
            if (!lines.fits()) lines.cut(before); // the caller has enough to try
        });
        if (!found) return {status::not_found, {}};
        if (*found == 0) return {status::temporarily_unavailable, {}};
        return {status::moved_temporarily, lines.text()};
    }

    Registrar& registrar_;
    Transport& transport_;
    hash_key secret_{os_random{}.next(), os_random{}.next()};
    std::array<char, 4096> contacts_;
    std::array<char, 8192> answer_;
};

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
    basic_registrar registrar{{}, clock, storage, transport};
    redirector redirect{registrar, transport};
    chain both{transport, registrar, redirect};
    if (const auto started = both.start(); !started)
        return complain(transport.failed_at(), message(started.error().code));

    std::array<char, 64> room{};
    writer line{room};
    write_endpoint(line, transport.endpoints()[0]);
    std::cout << "listening on udp " << line.text() << std::endl;
    signals.async_wait([&io](const auto&...) { io.stop(); });
    io.run();
}
