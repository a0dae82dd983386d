// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/uri.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace {

using namespace sipwhere;

void require(bool condition) {
    if (!condition) std::abort();
}

/// Puts a URI together again from its parts.
void write_parts(writer& out, const uri_view& uri) {
    out.put(uri.scheme).put(':');
    if (!uri.is_sip()) {
        out.put(uri.opaque);
        return;
    }
    out.put(uri.user);
    if (uri.has_password) out.put(':').put(uri.password);
    if (uri.has_user) out.put('@');
    write_host(out, uri.host);
    if (uri.has_port) out.put(':').put_number(uri.port);
    if (!uri.params.empty()) out.put(';').put(uri.params);
    if (!uri.headers.empty()) out.put('?').put(uri.headers);
}

} // namespace

/// A URI put together from its parts reads the same again; but for zeros before the port it is the text itself.
extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto uri = parse_uri(text);
    if (!uri) {
        require(uri.error().at <= size);
        return 0;
    }
    static std::array<char, 1 << 20> space;
    writer out{space};
    write_parts(out, *uri);
    if (!out.fits()) return 0;
    require(out.size() <= size && (uri->has_port || out.text() == text));
    const auto again = parse_uri(out.text());
    require(static_cast<bool>(again));
    require(again->user == uri->user && again->password == uri->password && again->port == uri->port);
    require(again->host.text == uri->host.text && again->params == uri->params && again->headers == uri->headers);
    for (const auto& param : uri_params_view{uri->params})
        require(uri_params_view{uri->params}.find(param.name).has_value());
    return 0;
}
