// SPDX-License-Identifier: BSL-1.0
//
// A SIP registrar for the command line: registrard --help
#include "options.hpp"

#include <sipwhere/sipwhere.hpp>
#include <sipwhere/transport/asio_batched_udp_transport.hpp>
#include <sipwhere/transport/asio_udp_transport.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <array>
#include <csignal>
#include <cstddef>
#include <functional>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

namespace {

/// Ends the program's attempt to serve: one line on stderr.
auto complain(int status, std::string_view about, std::string_view why) -> int {
    std::cerr << "registrard: " << about << (about.empty() ? "" : ": ") << why << '\n';
    return status;
}

auto text_of(const sipwhere::endpoint& end) -> std::string {
    std::array<char, 64> room{};
    sipwhere::writer out{room};
    write_endpoint(out, end);
    return std::string{out.text()};
}

/// Returns: a stranger's text on one line without spaces: every byte that is not plain as %HH.
auto tamed(std::string_view text) -> std::string {
    std::string made;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c > ' ' && c <= '~') made += c;
        else made.append(1, '%').append(1, "0123456789ABCDEF"[byte >> 4]).append(1, "0123456789ABCDEF"[byte & 15]);
    }
    return made;
}

/// Prints the bindings of the first hundred addresses-of-record, and all counters.
template <typename Registrar>
void print_status(const Registrar& registrar, const sipwhere::counting_observer& counts) {
    constexpr unsigned most = 100;
    std::cout << "bindings: " << counts.bindings() << " in all, of up to " << most << " addresses-of-record here\n";
    registrar.for_each({}, most, [](const sipwhere::aor_view& aor, const sipwhere::live_bindings& live) {
        for (const auto binding : live)
            std::cout << "sip:" << tamed(aor.user) << '@' << aor.domain << " <" << tamed(binding.uri) << "> for "
                      << binding.remaining(live.now()) << " s from " << text_of(binding.source.remote) << '\n';
    });
    std::cout << "counters:";
    counts.for_each([](std::string_view name, std::uint64_t value) { std::cout << ' ' << name << ' ' << value; });
    std::cout << std::endl;
}

template <typename Transport>
auto serve(const registrard::options& asked, asio::io_context& io, Transport& transport) -> int {
    asio::signal_set signals{io, SIGINT, SIGTERM, SIGUSR1};
    sipwhere::steady_clock clock;
    sipwhere::hash_storage storage;
    for (const auto& [address, port] : std::span{asked.listeners}.subspan(1)) transport.add(address, port);
    sipwhere::counting_observer counts;
    sipwhere::log_observer log{asked.log};
    sipwhere::tee_observer observer{counts, log};

    const sipwhere::settings settings{.domains = sipwhere::small_list<sipwhere::domain_rule>{asked.domains},
                                      .aliases = sipwhere::small_list<sipwhere::domain_alias>{asked.aliases},
                                      .limits = asked.limits,
                                      .reply_to_source = asked.reply_to_source};
    sipwhere::basic_registrar registrar{settings, clock, storage, transport, observer};
    if (const auto started = registrar.start(); !started) {
        const auto code = started.error().code;
        const bool by_options = code == sipwhere::errc::capacity_exceeded;
        return complain(by_options ? 2 : 1, by_options ? "--max-contacts" : transport.failed_at(), message(code));
    }
    for (const auto& end : transport.endpoints()) std::cout << "listening on udp " << text_of(end) << std::endl;

    std::function<void()> obey = [&] {
        signals.async_wait([&](asio::error_code failed, int signal) {
            if (failed || signal != SIGUSR1) return io.stop();
            print_status(registrar, counts);
            obey();
        });
    };
    obey();
    io.run();
    return 0;
}

auto serve(const registrard::options& asked) -> int {
    asio::io_context io;
    const auto& [address, port] = asked.listeners[0];
    if (asked.batch > 1) {
        sipwhere::asio_batched_udp_transport transport{io, address, port, {.batch = asked.batch}};
        return serve(asked, io, transport);
    }
    sipwhere::asio_udp_transport transport{io, address, port};
    return serve(asked, io, transport);
}

} // namespace

auto main(int argc, char** argv) -> int {
    std::signal(SIGPIPE, SIG_IGN); // of a reader of stdout that has gone
    const auto asked = registrard::read_options(argc, argv);
    if (!asked.complaint.empty()) return complain(2, "", asked.complaint);
    switch (asked.what) {
    case registrard::options::task::help: std::cout << registrard::help; return 0;
    case registrard::options::task::version: std::cout << "registrard " << sipwhere::library_version << '\n'; return 0;
    case registrard::options::task::serve: return serve(asked);
    }
}
