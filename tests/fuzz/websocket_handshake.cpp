// SPDX-License-Identifier: BSL-1.0
#include <fuzz/require.hpp>

#include <sipwhere/base/utf8.hpp>
#include <sipwhere/transport/detail/websocket_handshake.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sipwhere;
    const std::vector<char> copy(data, data + size);
    const std::string_view bytes{copy.data(), copy.size()};
    const auto opened = detail::parse_websocket_opening(bytes);
    if (opened.status == 101) {
        require(bytes.starts_with("GET "), "another method");
        require(bytes.find("sip") != std::string_view::npos, "another subprotocol");
        require(opened.key.size() == 24 && opened.key.data() >= bytes.data(), "a key that is none");
        require(!opened.asked.target.empty(), "no target");
    }
    const std::array<ip_address, 1> ours{parse_address("192.0.2.1")};
    require(detail::forwarded_address(bytes, ours) != ours[0], "an address of ours");
    (void)is_utf8(bytes);
    return 0;
}
