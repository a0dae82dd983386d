// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/htdigest_table.hpp>

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace htdigest_table_test {

using namespace sipwhere;

const std::string md5 = "93dfce8dfebfae8af4a726982429d23a";
const std::string long_one(64, 'a');

/// Returns: H(A1) of a user; empty for an unknown one.
[[nodiscard]] auto ha1(const htdigest_table& table, std::string_view user, std::string_view realm, digest_hash hash)
    -> std::string {
    std::string found;
    const auto answer =
        table.find({.user = user, .realm = realm, .hash = hash}, [&](const credentials& known) { found = known.ha1; });
    CHECK((answer == credentials_answer::found) == !found.empty());
    return found;
}

TEST_CASE("what Apache's htdigest writes is read") {
    htdigest_table table;
    // htdigest -c FILE example.com alice, password "wonderland"
    REQUIRE(!table.add("alice:example.com:" + md5 + "\n"));
    CHECK(ha1(table, "alice", "example.com", digest_hash::md5) == md5);
    CHECK(ha1(table, "alice", "example.org", digest_hash::md5).empty());
    CHECK(ha1(table, "bob", "example.com", digest_hash::md5).empty());
    CHECK(ha1(table, "alice", "example.com", digest_hash::sha256).empty());
}

TEST_CASE("the algorithm is told by the digits, or named") {
    htdigest_table table;
    auto upper = long_one;
    upper[0] = 'F';
    REQUIRE(!table.add("a:r:" + long_one + "\na:r:" + md5 + "\r\n\n# a comment: b:r:x\na:r:" + upper +
                       ":sha-512-256\nb:realm: with:colons:" + md5 + ":MD5"));
    CHECK(table.size() == 4);
    CHECK(ha1(table, "a", "r", digest_hash::sha256) == long_one);
    CHECK(ha1(table, "a", "r", digest_hash::md5) == md5);
    CHECK(ha1(table, "a", "r", digest_hash::sha512_256) == "f" + long_one.substr(1));
    CHECK(ha1(table, "b", "realm: with:colons", digest_hash::md5) == md5);
}

TEST_CASE("a line with a SIP URI grants a user one more address-of-record") {
    htdigest_table table;
    REQUIRE(!table.add("a:r:sip:sales@Example.COM.\na:r:" + md5 +
                       "\na:r:sips:b%6fss@example.com\nb:realm: with:colons:sip:b@example.org\n"));
    CHECK(table.size() == 1);
    CHECK(ha1(table, "a", "r", digest_hash::md5) == md5);
    CHECK(table.may_register({"a", "r"}, {"sales", "example.com"}));
    CHECK(table.may_register({"a", "r"}, {"boss", "example.com"}));
    CHECK(table.may_register({"b", "realm: with:colons"}, {"b", "example.org"}));
    CHECK(!table.may_register({"a", "r"}, {"a", "example.com"}));
    CHECK(!table.may_register({"a", "r"}, {"sales", "example.org"}));
    CHECK(!table.may_register({"a", "q"}, {"sales", "example.com"}));
    CHECK(!table.may_register({"b", "r"}, {"sales", "example.com"}));
    CHECK(ha1(table, "b", "realm: with:colons", digest_hash::md5).empty()); // granted, and without a password
}

TEST_CASE("a user is found by the hash of their name, if that is asked for") {
    builtin_hash hash;
    for (const auto which : {digest_hash::md5, digest_hash::sha256}) {
        const auto digits = hash_name(hash, which, "a", "r");
        const credentials_query asked{.user = digits.view(), .realm = "r", .hash = which, .is_hashed = true};
        htdigest_table plain, hashing{hashed_names::found};
        for (auto* table : {&plain, &hashing})
            REQUIRE(!table->add("a:r:" + md5 + "\na:r:" + long_one + "\nb:r:" + md5 + "\n"));
        CHECK(plain.find(asked, [](const auto&) {}) == credentials_answer::unknown);
        std::string shown;
        CHECK(hashing.find(asked, [&](const credentials& known) { shown = known.user; }) == credentials_answer::found);
        CHECK(shown == "a");
        auto elsewhere = asked;
        elsewhere.realm = "q";
        CHECK(hashing.find(elsewhere, [](const auto&) {}) == credentials_answer::unknown);
    }
}

TEST_CASE("a line that is wrong is told by its number") {
    const auto fault_of = [](const std::string& line) {
        htdigest_table table;
        const auto fault = table.add("# users\n\n" + line + "\nb:r:nonsense\n");
        REQUIRE(fault);
        CHECK(fault->line == 3);
        return std::string{fault->why};
    };
    CHECK(fault_of("alice") == "no user");
    CHECK(fault_of("alice:sip:a@example.com") == "no realm");
    CHECK(fault_of("alice:r:tel:a@example.com") == "no SIP URI with a user and a domain");
    CHECK(fault_of("alice:r:sip:@example.com") == "no SIP URI with a user and a domain");
    CHECK(fault_of("alice:r:sip:a@192.0.2.1") == "no SIP URI with a user and a domain");
    CHECK(fault_of(":r:" + md5) == "no user");
    CHECK(fault_of("alice:" + md5) == "no realm");
    CHECK(fault_of("alice:" + md5 + ":MD5") == "no realm");
    CHECK(fault_of("alice:r:secret") == "an algorithm that is none of MD5, SHA-256 and SHA-512-256");
    CHECK(fault_of("alice:r:" + md5 + ":MD5-sess") == "an algorithm that is none of MD5, SHA-256 and SHA-512-256");
    CHECK(fault_of("alice:r:abcd") == "H(A1) is not 32 or 64 hexadecimal digits");
    CHECK(fault_of("alice:r:xyz:MD5") == "H(A1) is not 32 or 64 hexadecimal digits");
    CHECK(fault_of("alice:r:" + md5 + ":SHA-256") == "H(A1) has not as many digits as its algorithm");
    CHECK(fault_of("alice:r:" + long_one + ":MD5") == "H(A1) has not as many digits as its algorithm");
}

TEST_CASE("a user of a realm stands there once for each algorithm") {
    htdigest_table table;
    const auto fault = table.add("a:r:" + md5 + "\na:q:" + md5 + "\na:r:" + md5 + ":md5\n");
    REQUIRE(fault);
    CHECK(fault->line == 3);
    CHECK(std::string{fault->why} == "a user stands there twice");
}

} // namespace htdigest_table_test
