// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <openssl/bio.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <sys/socket.h>

namespace sipwhere::detail {

/// A socket for OpenSSL, like its own but for one thing: a write to a connection that is gone raises no signal, which
/// would end the program.
class openssl_bio {
public:
    /// Returns: null without memory. It does not close the socket.
    [[nodiscard]] static auto make(int socket) noexcept -> BIO* {
        static BIO_METHOD* const method = make_method();
        auto* const made = method != nullptr ? BIO_new(method) : nullptr;
        if (made == nullptr) return nullptr;
        BIO_set_data(made, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
        BIO_set_init(made, 1);
        return made;
    }

private:
    static auto make_method() noexcept -> BIO_METHOD* {
        auto* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
        if (made == nullptr) return nullptr;
        BIO_meth_set_read(made, &read);
        BIO_meth_set_write(made, &write);
        BIO_meth_set_ctrl(made, &control);
        return made;
    }

    [[nodiscard]] static auto socket_of(BIO* bio) noexcept -> int {
        return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
    }

    [[nodiscard]] static auto is_later() noexcept -> bool {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    }

    static auto read(BIO* bio, char* into, int size) noexcept -> int {
        BIO_clear_retry_flags(bio);
        const auto got = ::recv(socket_of(bio), into, static_cast<std::size_t>(size), 0);
        if (got < 0 && is_later()) BIO_set_retry_read(bio);
        return static_cast<int>(got);
    }
    static auto write(BIO* bio, const char* from, int size) noexcept -> int {
        BIO_clear_retry_flags(bio);
        const auto put = ::send(socket_of(bio), from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
        if (put < 0 && is_later()) BIO_set_retry_write(bio);
        return static_cast<int>(put);
    }
    static auto control(BIO*, int command, long, void*) noexcept -> long { return command == BIO_CTRL_FLUSH ? 1 : 0; }
};

} // namespace sipwhere::detail
