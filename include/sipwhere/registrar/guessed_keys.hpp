// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/aor.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/registration/peek_aor.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere {

/// In place of `guessed_keys`, where a storage does not gain by them.
struct no_guess {};

/// Which addresses-of-record the messages of a batch seem to name, and their hashes: so that each is hashed once, for
/// what is fetched beforehand and for its update.
class guessed_keys {
public:
    static constexpr std::size_t most = 32;

    /// Guesses a key for each message, the first `most` of them, and has the storage fetch their records. The messages
    /// have to stay until the next guess, or none: an empty batch.
    template <has_prefetch Storage>
    void guess(const Storage& storage, std::span<const datagram> batch) noexcept {
        begin_ = 0;
        end_ = std::min(batch.size(), most);
        for (std::size_t i = 0; i < end_; ++i) {
            keys_[i] = peek_aor(batch[i].bytes);
            hashes_[i] = storage.hash_of(keys_[i]);
        }
        if (end_ != 0) storage.prefetch(std::span{hashes_}.first(end_));
    }

    /// Returns: the hash of a key, which is that of a message; messages come in the order of the batch.
    /// Cost:    a comparison of texts where the guess was right, a hash otherwise.
    template <has_prefetch Storage>
    [[nodiscard]] auto hash_of(const Storage& storage, const aor_view& key, std::string_view message) noexcept
        -> std::uint64_t {
        return begin_ < end_ && guessed(key, message) ? hashes_[begin_ - 1] : storage.hash_of(key);
    }

private:
    /// Goes on to behind the guess about this message.
    ///
    /// Returns: whether it was right.
    [[nodiscard]] auto guessed(const aor_view& key, std::string_view message) noexcept -> bool {
        for (auto i = begin_; i < end_; ++i) {
            if (!is_within(message, keys_[i].user)) continue;
            begin_ = i + 1;
            return keys_[i] == key;
        }
        return false;
    }

    [[nodiscard]] static auto is_within(std::string_view message, std::string_view piece) noexcept -> bool {
        const auto place = [](const char* at) { return reinterpret_cast<std::uintptr_t>(at); };
        return piece.data() != nullptr && place(message.data()) <= place(piece.data()) &&
               place(piece.data() + piece.size()) <= place(message.data() + message.size());
    }

    std::array<aor_view, most> keys_{};
    std::array<std::uint64_t, most> hashes_{};
    std::size_t begin_ = 0; ///< of those whose messages are still to come
    std::size_t end_ = 0;
};

} // namespace sipwhere
