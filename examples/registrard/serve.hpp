// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "complain.hpp"
#include "options.hpp"
#include "worker.hpp"

#include <sipwhere/observer/background_sink.hpp>
#include <sipwhere/sipwhere.hpp>
#include <sipwhere/storage/sharded_storage.hpp>

#include <asio/signal_set.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace registrard {

inline auto text_of(const sipwhere::endpoint& end) -> std::string {
    std::array<char, 64> bytes{};
    sipwhere::writer out{bytes};
    write_endpoint(out, end);
    return std::string{out.text()};
}

/// Returns: a stranger's text on one line without spaces: every byte that is not plain as %HH.
inline auto tamed(std::string_view text) -> std::string {
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
                      << binding.remaining(live.now()) << " s from " << text_of(binding.source.remote)
                      << (binding.user_agent.empty() ? "" : " by ") << tamed(binding.user_agent) << '\n';
    });
    std::cout << "counters:";
    counts.for_each([](std::string_view name, std::uint64_t value) { std::cout << ' ' << name << ' ' << value; });
    std::cout << std::endl;
}

/// Logs how much memory the system keeps for what waits at each socket; less than asked for is a warning.
template <typename Transport>
void log_receive_buffers(const Transport& transport, sipwhere::log_level least) {
    using enum sipwhere::log_level;
    const auto buffers = transport.receive_buffers();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        const auto& [wanted, granted] = buffers[i];
        if ((granted < wanted ? warning : info) < least) continue;
        std::cerr << "receive-buffer listener=" << text_of(transport.endpoints()[i]) << " asked=" << wanted
                  << " granted=" << granted << '\n';
    }
}

/// Says what is wrong with the file of users.
inline auto complain_of_users(const options& asked, const sipwhere::htdigest_fault& fault) -> int {
    const auto line = fault.line == 0 ? std::string{} : "line " + std::to_string(fault.line) + ": ";
    return complain(2, asked.users_file, line + fault.why);
}

/// Logs that it serves every domain and everybody, if nobody said which, and that passwords can be seen.
inline void log_openness(const options& asked) {
    if (asked.log > sipwhere::log_level::warning) return;
    if (lets_all_in(asked))
        std::cerr << "every-user reason=\"neither --user nor --users is given: anybody may register\"\n";
    if (!asked.users.empty()) std::cerr << "passwords-seen reason=\"the list of processes shows those of --user\"\n";
    if (asked.domains.empty()) std::cerr << "every-domain reason=\"no --domain is given\"\n";
}

/// Says where it listens and serves until a signal ends it: the first worker on this thread, the others on threads of
/// their own.
template <typename Workers>
void serve(Workers& workers, const options& asked, guard& keeper) {
    auto& first = *workers[0];
    asio::signal_set signals{first.io(), SIGINT, SIGTERM, SIGUSR1};
    signals.add(SIGHUP);
    std::function<void()> obey = [&] {
        signals.async_wait([&](asio::error_code failed, int signal) {
            if (failed || (signal != SIGUSR1 && signal != SIGHUP)) return first.stop();
            if (signal == SIGHUP) {
                if (!asked.users_file.empty())
                    if (const auto fault = keeper.known.reload()) (void)complain_of_users(asked, *fault);
                for (auto& each : workers)
                    each->reload([](const std::string& why) {
                        if (!why.empty()) (void)complain(1, "--certificate", why);
                    });
                return obey();
            }
            sipwhere::counting_observer sum;
            for (auto& each : workers) sum += each->counts();
            print_status(first.registrar(), sum);
            obey();
        });
    };
    obey();
    log_openness(asked);
    for (const auto& rule : asked.domains)
        if (asked.log <= sipwhere::log_level::warning && first.lacks_certificate(rule.text))
            std::cerr << "certificate-lacks domain=" << rule.text << " reason=\"clients of TLS will not trust it\"\n";
    log_receive_buffers(first.listeners().udp(), asked.log);
    for (const auto& [over, end] : first.listeners().endpoints())
        std::cout << "listening on " << name_of(over) << ' ' << text_of(end) << std::endl;
    for (auto& each : std::span{workers}.subspan(1)) each->run_aside();
    first.run();
}

/// Hears nothing: for a transport that is to see only whether its ports are free.
struct idle_receiver {
    void receive(std::span<const sipwhere::datagram>) {}
    auto tick() -> std::chrono::milliseconds { return std::chrono::hours{1}; }
};

/// Returns: how many bindings a storage holds, those too that are due and have not gone yet.
template <typename Storage>
auto bindings_in(const Storage& storage) -> std::uint64_t {
    constexpr unsigned at_a_time = 1000;
    std::uint64_t sum = 0;
    const auto count = [&sum](const sipwhere::aor_view&, const sipwhere::live_bindings& live) {
        for (auto at = live.begin(); at != live.end(); ++at) ++sum;
    };
    sipwhere::scan_position at{};
    do at = storage.scan(at, at_a_time, {}, count);
    while (at != sipwhere::scan_position{});
    return sum;
}

/// Says why a worker could not start: its storage, or else its transport.
template <typename Worker, typename Storage>
auto complain_of_start(const Worker& failed, const Storage& storage, const sipwhere::failure& why) -> int {
    if constexpr (requires { storage.complaint(); })
        if (const auto fault = storage.complaint(); !fault.empty()) return complain(1, "--store", fault);
    return complain(1, failed.listeners().set().failed_at(), message(why.code));
}

/// Starts as many workers over one storage as there are to be, and serves.
template <typename Udp, typename Storage, typename UdpOptions>
auto serve_from(const options& asked, const UdpOptions& how, Storage& storage, const sipwhere::secrets& secrets)
    -> int {
    auto listeners = asked.listeners;
    if (asked.workers > 1) {
        // Shared ports are never in use, so whether someone else has them shows only to one that does not share.
        std::ranges::stable_sort(listeners, {}, &listener::over); // the order in which endpoints are told
        asio::io_context io;
        idle_receiver nobody;
        listening<Udp, UdpOptions> probe{io, asked, listeners, how, ports::exclusive};
        if (const auto free = probe.set().listen(sipwhere::receiver_ref{nobody}); !free)
            return complain(1, probe.set().failed_at(), message(free.error().code));
        const auto found = probe.endpoints();
        for (std::size_t i = 0; i < listeners.size(); ++i) listeners[i].port = found[i].second.port;
    }
    guard keeper{asked, secrets};
    if (!asked.users_file.empty())
        if (const auto fault = keeper.known.reload()) return complain_of_users(asked, *fault);
    sipwhere::background_sink log;
    using worker_type = worker<Storage, listening<Udp, UdpOptions>>;
    std::vector<std::unique_ptr<worker_type>> workers;
    while (workers.size() < asked.workers) {
        auto& one =
            *workers.emplace_back(std::make_unique<worker_type>(asked, listeners, how, storage, secrets, keeper, log));
        if (const auto started = one.start(); !started) return complain_of_start(one, storage, started.error());
    }
    if constexpr (Storage::persistent) workers[0]->begin_with(bindings_in(storage));
    serve(workers, asked, keeper);
    return 0;
}

/// Lets one registrar serve from a plain storage in memory, or several from a sharded one through ports that they
/// share.
template <typename Udp, typename UdpOptions>
auto serve(const options& asked, const UdpOptions& how) -> int {
    sipwhere::os_random random;
    const auto secrets = sipwhere::secrets::drawn(random);
    if (asked.workers == 1) {
        sipwhere::hash_storage storage{asked.storage};
        return serve_from<Udp>(asked, how, storage, secrets);
    }
    constexpr std::uint32_t shards = 64;
    const auto share = [](auto whole) { return whole / shards + (whole % shards != 0 ? 1 : 0); };
    sipwhere::sharded_storage<sipwhere::hash_storage, shards> storage{sipwhere::hash_storage_limits{
        .max_aors = share(asked.storage.max_aors), .max_bytes = share(asked.storage.max_bytes)}};
    return serve_from<Udp>(asked, how, storage, secrets);
}

} // namespace registrard
