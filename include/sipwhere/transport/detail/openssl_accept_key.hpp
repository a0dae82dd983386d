// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sipwhere::detail {

/// Returns: what proves to a client that its key has been read by a WebSocket server (RFC 6455 §4.2.2).
[[nodiscard]] inline auto openssl_accept_key(std::string_view key) -> std::string {
    const auto text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> hash{};
    if (EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_sha1(), nullptr) != 1) return {};
    std::array<unsigned char, (SHA_DIGEST_LENGTH + 2) / 3 * 4 + 1> encoded{};
    const auto size = EVP_EncodeBlock(encoded.data(), hash.data(), static_cast<int>(hash.size()));
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

} // namespace sipwhere::detail
