// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/uri_equal.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

/// Two URIs, one a line: each equals itself, and they equal each other either way round or not at all.
extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto middle = text.find('\n');
    if (middle == std::string_view::npos) return 0;
    const auto a = sipwhere::parse_uri(text.substr(0, middle));
    const auto b = sipwhere::parse_uri(text.substr(middle + 1));
    if (a) require(sipwhere::uri_equal(*a, *a));
    if (b) require(sipwhere::uri_equal(*b, *b));
    if (!a || !b) return 0;
    const bool same = sipwhere::uri_equal(*a, *b);
    require(same == sipwhere::uri_equal(*b, *a));
    if (same) require(a->kind == b->kind && a->port == b->port && a->user.empty() == b->user.empty());
    return 0;
}
