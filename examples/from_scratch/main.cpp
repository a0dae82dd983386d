// SPDX-License-Identifier: BSL-1.0
//
// Three policies written for one program: UDP over poll(2), a storage in a std::map, an access rule.
//
// A phone in the same program registers over the loopback interface, and another user is refused. Then it ends.
#include "address_book.hpp"
#include "map_storage.hpp"
#include "poll_transport.hpp"

#include <sipwhere/sipwhere.hpp>
#include <sipwhere/testing/storage_laws.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

constexpr sipwhere::ipv4_bytes loopback{127, 0, 0, 1};

/// A phone that is answered at once.
class phone {
public:
    phone() {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0) std::abort();
    }
    ~phone() { ::close(socket_); }
    phone(const phone&) = delete;
    auto operator=(const phone&) -> phone& = delete;

    void registers(const std::string& user, std::uint16_t at) const {
        const auto text = "REGISTER sip:home.example SIP/2.0\r\n"
                          "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK" +
                          user +
                          ";rport\r\n"
                          "From: <sip:" +
                          user +
                          "@home.example>;tag=1\r\n"
                          "To: <sip:" +
                          user +
                          "@home.example>\r\n"
                          "Call-ID: " +
                          user +
                          "\r\n"
                          "CSeq: 1 REGISTER\r\n"
                          "Contact: <sip:" +
                          user + "@127.0.0.1>\r\n\r\n";
        sockaddr_in there{};
        there.sin_family = AF_INET;
        there.sin_port = htons(at);
        there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        (void)::sendto(socket_, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&there), sizeof there);
    }
    /// Returns: the status line of what it hears.
    [[nodiscard]] auto hears() const -> std::string {
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, 2000) <= 0) return "nothing";
        std::string text(2000, '\0');
        const auto got = ::recv(socket_, text.data(), text.size(), 0);
        return text.substr(0, got < 0 ? 0 : text.find('\r'));
    }

private:
    int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

} // namespace

auto main() -> int {
    sipwhere::steady_clock clock;
    map_storage storage;
    poll_transport transport{loopback, 0};
    address_book access{{"alice", sipwhere::ip_address::v4(loopback)},
                        {"bob", sipwhere::ip_address::v4({192, 0, 2, 7})}};
    sipwhere::basic_registrar registrar{{.domains = {"home.example"}}, clock, storage, transport, access};
    if (const auto started = registrar.start(); !started) {
        std::cerr << message(started.error().code) << '\n';
        return 1;
    }

    const phone there;
    std::string heard;
    for (const auto* user : {"alice", "bob", "carol"}) {
        there.registers(user, transport.own().port);
        transport.run_once();
        heard.append(there.hears()).append("\n");
    }
    std::cout << heard;

    const auto tell = [](const sipwhere::testing::breach& found) {
        std::cout << "broken: " << found.law << ", tried: " << found.where << '\n';
    };
    const auto breaches = sipwhere::testing::check_storage_laws([] { return map_storage{}; }, tell);
    std::cout << "map_storage breaks " << breaches << " laws\n";
    const bool all_well = heard == "SIP/2.0 200 OK\nSIP/2.0 403 Not From This Address\nSIP/2.0 404 Not Found\n";
    return all_well && breaches == 0 ? 0 : 1;
}
