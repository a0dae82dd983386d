// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/transport/asio_tls_options.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere::detail {

template <auto Free>
struct openssl_free {
    template <typename T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

/// Returns: what OpenSSL says went wrong last on this thread, and forgets it.
[[nodiscard]] inline auto openssl_reason() -> std::string {
    const auto code = ERR_get_error();
    ERR_clear_error();
    std::array<char, 256> text{};
    const char* const reason = ERR_reason_error_string(code);
    if (reason != nullptr) return reason;
    if (code == 0) return "unknown";
    ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

/// Calls `visit(type, name)` for each DNS name and URI that a certificate is for: GEN_DNS or GEN_URI.
///
/// Returns: whether it has a subjectAltName at all.
template <typename Visit>
auto for_each_alt_name(const X509* certificate, Visit&& visit) -> bool {
    const std::unique_ptr<GENERAL_NAMES, openssl_free<&GENERAL_NAMES_free>> names{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    if (!names) return false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* const each = sk_GENERAL_NAME_value(names.get(), i);
        if (each->type != GEN_DNS && each->type != GEN_URI) continue;
        const auto* const text = each->d.ia5;
        visit(each->type, std::string_view{reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                           static_cast<std::size_t>(ASN1_STRING_length(text))});
    }
    return true;
}

/// Returns: the domain of a SIP URI in a certificate; empty for another URI, and for one with a user (RFC 5922 §7.1).
[[nodiscard]] inline auto domain_of_uri(std::string_view uri) noexcept -> std::string_view {
    constexpr std::string_view scheme = "sip:";
    if (uri.size() <= scheme.size() || !ascii::iequals(uri.substr(0, scheme.size()), scheme)) return {};
    const auto domain = uri.substr(scheme.size());
    return domain.find_first_of(" @") == std::string_view::npos ? domain : std::string_view{};
}

[[nodiscard]] inline auto lowered(std::string_view text) -> std::string {
    std::string made{text};
    for (char& c : made) c = ascii::lower(c);
    return made;
}

/// The certificates of a transport, each in a context of OpenSSL, and which of them a name asks for. It never changes:
/// new certificates are new contexts, and connections keep theirs.
class openssl_contexts {
public:
    /// Reads all files. Returns: null if that is not possible, and then `why` names the file.
    [[nodiscard]] static auto load(const asio_tls_options& options, std::string& why)
        -> std::shared_ptr<const openssl_contexts> {
        ERR_clear_error();
        auto made = std::make_shared<openssl_contexts>();
        if (!made->add({options.certificate, options.key}, options, why)) return nullptr;
        for (const auto& other : options.others)
            if (!made->add(other, options, why)) return nullptr;
        auto* const first = made->contexts_.front().get();
        SSL_CTX_set_tlsext_servername_arg(first, made.get());
        SSL_CTX_set_tlsext_servername_callback(first, &choose);
        return made;
    }

    /// Lets clients of an older set resume their sessions. Only where no client shows a certificate, as one that was
    /// shown is not checked again.
    void take_tickets_of(const openssl_contexts& older) const {
        std::array<unsigned char, 80> keys{};
        if (SSL_CTX_get_tlsext_ticket_keys(older.contexts_.front().get(), keys.data(), keys.size()) == 1)
            SSL_CTX_set_tlsext_ticket_keys(contexts_.front().get(), keys.data(), keys.size());
        OPENSSL_cleanse(keys.data(), keys.size());
    }

    /// Returns: whether some certificate is for a domain as RFC 5922 §7.2 compares it: whole, and without wildcards.
    [[nodiscard]] auto certifies(std::string_view domain) const -> bool {
        const auto name = lowered(domain);
        return names_.find(name) != names_.end() || domains_.find(name) != domains_.end();
    }

    /// Returns: the context to begin with; a name may lead to another one.
    [[nodiscard]] auto first() const noexcept -> SSL_CTX* { return contexts_.front().get(); }

private:
    using context = std::unique_ptr<SSL_CTX, openssl_free<&SSL_CTX_free>>;

    [[nodiscard]] auto add(const tls_certificate& files, const asio_tls_options& options, std::string& why) -> bool {
        context made{SSL_CTX_new(TLS_server_method())};
        const auto fails = [&](const std::string& file) {
            why = file + ": " + openssl_reason();
            return false;
        };
        if (!made || SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION) != 1) return fails("TLS");
        if (SSL_CTX_use_certificate_chain_file(made.get(), files.certificate.c_str()) != 1)
            return fails(files.certificate);
        if (SSL_CTX_use_PrivateKey_file(made.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) return fails(files.key);
        if (SSL_CTX_check_private_key(made.get()) != 1) return fails(files.key);
        SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                         SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_CTX_set_read_ahead(made.get(), 1); // one read of the socket for a record, not two
        SSL_CTX_clear_mode(made.get(), SSL_MODE_AUTO_RETRY); // or records without data would keep a call from returning
        SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF); // tickets need none
        constexpr std::string_view id = "sipwhere";
        SSL_CTX_set_session_id_context(made.get(), reinterpret_cast<const unsigned char*>(id.data()), id.size());
        if (!options.client_ca.empty() && !ask_clients(made.get(), options)) return fails(options.client_ca);
        note_names(made.get());
        contexts_.push_back(std::move(made));
        return true;
    }

    [[nodiscard]] static auto ask_clients(SSL_CTX* to, const asio_tls_options& options) -> bool {
        const auto* const file = options.client_ca.c_str();
        if (SSL_CTX_load_verify_locations(to, file, nullptr) != 1) return false;
        SSL_CTX_set_client_CA_list(to, SSL_load_client_CA_file(file));
        const int rule =
            options.require_client_certificate ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER;
        SSL_CTX_set_verify(to, rule, nullptr);
        return true;
    }

    /// Notes which names lead to a certificate; the first one that has a name keeps it.
    void note_names(SSL_CTX* of) {
        for_each_alt_name(SSL_CTX_get0_certificate(of), [&](int type, std::string_view name) {
            if (type == GEN_DNS) names_.emplace(lowered(name), of);
            else if (const auto domain = domain_of_uri(name); !domain.empty()) domains_.insert(lowered(domain));
        });
    }

    /// Chooses the certificate for the name that a client has sent.
    static auto choose(SSL* connection, int*, void* contexts) -> int {
        const char* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
        if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
        auto* const found = static_cast<const openssl_contexts*>(contexts)->find(name);
        if (found != nullptr) SSL_set_SSL_CTX(connection, found);
        return found != nullptr ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
    }

    /// Returns: the context for a name, exact or by a wildcard for its first label; null for none.
    [[nodiscard]] auto find(std::string_view sent) const -> SSL_CTX* {
        const auto name = lowered(sent);
        if (const auto exact = names_.find(name); exact != names_.end()) return exact->second;
        const auto dot = name.find('.');
        if (dot == std::string::npos) return nullptr;
        const auto by_wildcard = names_.find("*" + name.substr(dot));
        return by_wildcard == names_.end() ? nullptr : by_wildcard->second;
    }

    std::vector<context> contexts_;
    std::map<std::string, SSL_CTX*, std::less<>> names_;
    std::set<std::string, std::less<>> domains_; ///< of SIP URIs
};

} // namespace sipwhere::detail
