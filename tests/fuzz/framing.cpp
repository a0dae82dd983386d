// SPDX-License-Identifier: BSL-1.0
#include <fuzz/require.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/transport/detail/proxy_protocol.hpp>
#include <sipwhere/transport/detail/sip_framing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct sink {
    std::vector<std::string> messages;
    std::string pongs; // as many as come by one read go by one write

    auto take(std::string_view message) -> bool { return messages.emplace_back(message), true; }
    auto write(std::string_view bytes) -> bool { return pongs += bytes, true; }
};

constexpr sipwhere::frame_limits limits{.max_head = 200, .max_message = 400};

/// Reads a stream in pieces of up to `most` bytes.
auto read_in_pieces(std::string_view bytes, std::size_t most, std::uint64_t seed, sink& into)
    -> sipwhere::detail::fate {
    sipwhere::detail::sip_framing framing{limits};
    sipwhere::xoshiro256 random{seed};
    std::size_t longest = 0; // of the pieces so far, which make room that is kept while a message is not whole
    while (!bytes.empty()) {
        const std::vector<char> piece(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                         bytes.size(), 1 + random.next() % most)));
        const auto said = framing.read({piece.data(), piece.size()}, into);
        bytes.remove_prefix(piece.size());
        longest = std::max(longest, piece.size());
        require(framing.kept() <= 2 * (limits.max_message + longest) + 64, "more is kept than may be");
        if (said != sipwhere::detail::fate::open) return said;
    }
    return sipwhere::detail::fate::open;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sipwhere;
    if (size == 0) return 0;
    const std::vector<char> copy(data + 1, data + size);
    const std::string_view bytes{copy.data(), copy.size()};
    sink at_once, in_pieces, one_by_one;
    const auto said = read_in_pieces(bytes, size, 1, at_once);
    (void)read_in_pieces(bytes, 1 + data[0], data[0], in_pieces);
    const auto last = read_in_pieces(bytes, 1, 2, one_by_one);
    // What is too long is seen a little sooner where more of it comes at once, so the others may have one message less.
    require(last == said || said != detail::fate::open, "an end that depends on the pieces");
    require(in_pieces.messages == one_by_one.messages && in_pieces.pongs == one_by_one.pongs, "other messages");
    require(at_once.messages == one_by_one.messages, "other messages at once");
    for (const auto& message : at_once.messages)
        require(message.size() <= limits.max_message, "a message that is too long");

    const auto header = detail::parse_proxy_header(bytes);
    for (std::size_t part = 0; header.kind == detail::proxy_header::whole && part < header.size; ++part)
        require(detail::parse_proxy_header(bytes.substr(0, part)).kind == detail::proxy_header::partial,
                "a header that is whole before its end");
    require(header.kind != detail::proxy_header::whole || header.size <= bytes.size(), "a header behind its end");
    return 0;
}
