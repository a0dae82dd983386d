// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

namespace sipwhere_test {

/// A certificate with its key, in two files that go with it. Without an issuer it signs itself.
class certificate {
public:
    /// `names` is a subjectAltName as OpenSSL writes it, "DNS:example.com,URI:sip:example.com"; none if it is empty.
    explicit certificate(const std::string& names, const certificate* issuer = nullptr, long valid_for = 3600,
                         const std::string& purpose = "")
        : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        REQUIRE(key_ != nullptr);
        auto* const made = certificate_.get();
        X509_set_version(made, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial());
        X509_gmtime_adj(X509_getm_notBefore(made), valid_for < 0 ? 2 * valid_for : -60);
        X509_gmtime_adj(X509_getm_notAfter(made), valid_for);
        X509_set_pubkey(made, key_.get());
        const auto name = "test " + std::to_string(serial());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        const auto& by = issuer == nullptr ? *this : *issuer;
        X509_set_issuer_name(made, X509_get_subject_name(by.certificate_.get()));
        if (issuer == nullptr) add(NID_basic_constraints, "critical,CA:TRUE");
        if (!names.empty()) add(NID_subject_alt_name, names);
        if (!purpose.empty()) add(NID_ext_key_usage, purpose);
        REQUIRE(X509_sign(made, by.key_.get(), EVP_sha256()) != 0);
        write();
    }
    certificate(const certificate&) = delete;
    auto operator=(const certificate&) -> certificate& = delete;
    ~certificate() {
        std::filesystem::remove(file());
        std::filesystem::remove(key_file());
    }

    [[nodiscard]] auto file() const -> std::string { return path_ + ".pem"; }
    [[nodiscard]] auto key_file() const -> std::string { return path_ + ".key"; }
    [[nodiscard]] auto x509() const -> X509* { return certificate_.get(); }
    [[nodiscard]] auto key() const -> EVP_PKEY* { return key_.get(); }

    /// Writes this one into the files of another.
    void replaces(const certificate& other) const {
        std::filesystem::copy_file(file(), other.file(), std::filesystem::copy_options::overwrite_existing);
        std::filesystem::copy_file(key_file(), other.key_file(), std::filesystem::copy_options::overwrite_existing);
    }

private:
    struct release {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* one) const { X509_free(one); }
    };

    [[nodiscard]] static auto serial() -> long& {
        static long last = 0;
        return last;
    }

    void add(int kind, const std::string& value) {
        auto* const made = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        REQUIRE(made != nullptr);
        X509_add_ext(certificate_.get(), made, -1);
        X509_EXTENSION_free(made);
    }

    void write() {
        path_ = (std::filesystem::temp_directory_path() /
                 ("sipwhere_" + std::to_string(::getpid()) + "_" + std::to_string(serial())))
                    .string();
        auto* out = std::fopen(file().c_str(), "w");
        REQUIRE(out != nullptr);
        PEM_write_X509(out, certificate_.get());
        std::fclose(out);
        out = std::fopen(key_file().c_str(), "w");
        PEM_write_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(out);
    }

    std::unique_ptr<EVP_PKEY, release> key_;
    std::unique_ptr<X509, release> certificate_;
    std::string path_;
};

} // namespace sipwhere_test
