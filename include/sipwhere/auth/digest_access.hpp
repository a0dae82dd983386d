// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/authentication_info.hpp>
#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/challenge.hpp>
#include <sipwhere/auth/detail/request_realm.hpp>
#include <sipwhere/auth/detail/sent_credentials.hpp>
#include <sipwhere/auth/digest.hpp>
#include <sipwhere/auth/digest_settings.hpp>
#include <sipwhere/auth/own_address.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/fwd.hpp>
#include <sipwhere/model/network.hpp>
#include <sipwhere/policy/access.hpp>
#include <sipwhere/policy/credentials.hpp>
#include <sipwhere/policy/nonces.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sipwhere {

/// Lets in who proves to know a password (RFC 3261 §22, RFC 7616, RFC 8760), and lets them register what is theirs:
/// the address-of-record of their own name, and those that the credentials grant by `may_register`.
///
/// `digest_access access{users};` is all that a server needs. It borrows the credentials, which must outlive it. What
/// it remembers is a `heap_digest_memory` of its own, or a memory that is passed, and borrowed: servers on several
/// threads have an access policy each, over the same credentials and memory.
///
/// A nonce that somebody else made up is no reason to count anything, as the source of a datagram is easily forged; but
/// of those only some a minute are looked at for each network, so that nobody can guess passwords with them.
///
/// Cost: a request without credentials a keyed hash and its 401; one with them a look into the credentials and two
///       hashes. No storage is touched before.
template <typename Credentials, typename Memory = heap_digest_memory, hash_policy Hash = builtin_hash>
class digest_access {
    static_assert(explain_credentials<Credentials>());
    using nonces_type = std::remove_cvref_t<decltype(std::declval<Memory&>().nonces)>;
    static_assert(nonce_policy<nonces_type>, "`nonces` of the memory is no nonce policy: see policy/nonces.hpp");

public:
    using policy = access_tag;
    static constexpr bool may_wait = waiting_credentials<Credentials> || waiting_nonces<nonces_type>;

    explicit digest_access(Credentials& users, const digest_settings& how = {}, Hash hash = {})
        requires(!std::is_reference_v<Memory>)
        : users_(users), memory_(), how_(how), hash_(std::move(hash)) {
        offer_what_is_there();
    }
    digest_access(Credentials& users, std::remove_reference_t<Memory>& memory, const digest_settings& how = {},
                  Hash hash = {}) noexcept
        requires(std::is_reference_v<Memory>)
        : users_(users), memory_(memory), how_(how), hash_(std::move(hash)) {
        offer_what_is_there();
    }

    auto authenticate(const access_request& asked, writer& fields) -> access_result {
        const detail::request_realm realm{how_.realm, asked};
        digest_params given;
        switch (detail::find_credentials(asked.request, realm.view(), how_, given)) {
        case detail::sent_kind::malformed: return refusal{status::bad_request, "Malformed Authorization"};
        case detail::sent_kind::nothing: return ask(asked, realm.view(), {}, false, fields);
        case detail::sent_kind::credentials: break;
        }
        if (!detail::is_uri_served(asked, given, how_.require_same_uri))
            return refusal{status::bad_request, "Digest URI of Somebody Else"};

        auto names = asked.names;
        const auto name = detail::sent_name(given, names);
        const auto sent_realm = detail::plain_text(given.realm, names);
        if (!name || !sent_realm) return refusal{status::bad_request, "Malformed Authorization"};
        const auto nonce =
            memory_.nonces.recognise(detail::content_of(given.nonce), asked.now, seconds_of(how_.nonce_lifetime),
                                     network_of(asked.from.remote.address), realm.view());
        const guesser who{memory_.guesses, asked, *name, nonce.standing, how_.max_wrong_passwords};
        if (!who.may_guess()) {
            if (nonce.standing == nonce_standing::unknown) return ask(asked, realm.view(), "Stale Nonce", true, fields);
            return refusal{status::forbidden, "Too Many Wrong Passwords"};
        }
        found user{*name};
        if (const auto said = look_up(asked, realm.view(), given, names, user); !said.is(access_result::kind::granted))
            return said;

        const auto right = digest_response(hash_, given, user.ha1.view(), hash_of(asked.request, given));
        const bool is_right =
            static_cast<unsigned>(equal_in_constant_time(right.view(), detail::content_of(given.response))) &
            static_cast<unsigned>(user.is_there) & static_cast<unsigned>(!right.view().empty());
        if (!is_right || nonce.standing == nonce_standing::unknown) who.note();
        if (!is_right) {
            const bool counts = nonce.standing != nonce_standing::unknown;
            return ask(asked, realm.view(), counts ? "Wrong User or Password" : "", false, fields);
        }
        if (nonce.standing == nonce_standing::ours) {
            const auto count = given.qop == digest_qop::none ? 1 : given.nc;
            switch (memory_.nonces.use({nonce.facts, count, number_of(asked), asked.now, asked.ticket})) {
            case nonce_use::fresh:
            case nonce_use::repeated:
                if (how_.authentication_info) put_info(fields, asked, realm.view(), given, user.ha1, nonce.facts);
                return user_identity{user.name, *sent_realm};
            case nonce_use::pending: return answer_later;
            case nonce_use::failed: return refusal{status::server_internal_error, "Nonces Failed"};
            case nonce_use::replayed:
            case nonce_use::forgotten: break;
            }
        }
        return ask(asked, realm.view(), "Stale Nonce", true, fields);
    }

    auto authorize(const access_request& asked, writer&) -> access_result {
        if (is_own_address(asked.user, asked.aor, {.one_realm = !how_.realm.empty(), .any_case = asked.ignores_case}))
            return grant;
        if constexpr (granting_credentials<Credentials>)
            if (users_.may_register(asked.user, asked.aor)) return grant;
        return refusal{status::forbidden, "Address of Somebody Else"};
    }

    /// Makes the credentials and the nonces forget all tickets of a server that goes.
    void abandon(const completion_queue& queue)
        requires(may_wait)
    {
        if constexpr (waiting_credentials<Credentials>) users_.abandon(queue);
        if constexpr (waiting_nonces<nonces_type>) memory_.nonces.abandon(queue);
    }

private:
    using guesses_type = std::remove_cvref_t<decltype(std::declval<Memory&>().guesses)>;

    /// What the credentials know of a user.
    struct found {
        std::string_view name{}; ///< as it is in the realm
        digest_text ha1{};
        bool is_there = false;
    };

    /// Whose wrong passwords are counted: of a network, and less of them of one user there; those with a nonce that
    /// may be made up by themselves.
    class guesser {
    public:
        guesser(guesses_type& guesses, const access_request& asked, std::string_view user, nonce_standing nonce,
                std::uint32_t limit) noexcept
            : guesses_(guesses), now_(asked.now), limit_(limit), is_genuine_(nonce != nonce_standing::unknown) {
            const auto network = network_of(asked.from.remote.address);
            network_ = guesses.who(is_genuine_ ? network : ~network);
            user_ = guesses.who(network, user);
        }

        [[nodiscard]] auto may_guess() const noexcept -> bool {
            if (!is_genuine_) return guesses_.may_guess(network_, limit_, now_);
            return guesses_.may_guess(user_, limit_, now_) && guesses_.may_guess(network_, limit_ * users, now_);
        }
        void note() const noexcept {
            guesses_.note(network_, is_genuine_ ? limit_ * users : limit_, now_);
            if (is_genuine_) guesses_.note(user_, limit_, now_);
        }

    private:
        static constexpr std::uint32_t users = 10; ///< that a network may have who don't know their passwords

        guesses_type& guesses_;
        instant now_;
        std::uint32_t limit_;
        bool is_genuine_;
        std::uint64_t network_ = 0;
        std::uint64_t user_ = 0;
    };

    void offer_what_is_there() noexcept {
        offered_algorithms some{};
        for (const auto one : how_.algorithms.view())
            if (hash_.has(one.hash)) (void)some.add(one);
        how_.algorithms = some;
        if constexpr (!finds_hashed_names<Credentials>) how_.offer_userhash = false;
    }

    [[nodiscard]] static auto seconds_of(std::chrono::seconds lifetime) noexcept -> seconds32 {
        return static_cast<seconds32>(lifetime.count());
    }

    /// Returns: an H(A1) that no password is known for, made with the work that one takes that is known.
    [[nodiscard]] auto unknown_password(std::string_view name, std::string_view realm, digest_hash hash)
        -> digest_text {
        if constexpr (says_whether_it_holds_passwords<Credentials>)
            if (users_.holds_passwords()) return hash_password(hash_, hash, name, realm, "a decoy");
        return digest_text{digest_bytes{.size = digits_of(hash) / 2}};
    }

    /// Looks a user up.
    ///
    /// Returns: `grant`, or what else there is to say.
    [[nodiscard]] auto look_up(const access_request& asked, std::string_view realm, const digest_params& given,
                               std::span<char> names, found& user) -> access_result {
        const auto hash = given.algorithm->hash;
        const auto sent = user.name;
        const auto said =
            users_.find({sent, realm, hash, asked.now, asked.ticket, given.is_hashed}, [&](const credentials& known) {
                if (given.is_hashed) {
                    writer out{names};
                    out.put(known.user);
                    if (!out.fits()) return;
                    user.name = out.text();
                }
                user.is_there = true;
                user.ha1 = known.ha1.empty() ? hash_password(hash_, hash, user.name, realm, known.password)
                                             : digest_text{known.ha1};
            });
        switch (said) {
        case credentials_answer::pending: return answer_later;
        case credentials_answer::failed: return refusal{status::server_internal_error, "Credentials Failed"};
        case credentials_answer::found:
            if (user.is_there) return grant;
            break; // it has shown nothing
        case credentials_answer::unknown: break;
        }
        user = {sent, unknown_password(sent, realm, hash)};
        return grant;
    }

    /// Returns: H(A2) of a request; it is remembered, as a server hears the same digest URI most of the time.
    [[nodiscard]] auto hash_of(const message_view& request, const digest_params& given) -> std::string_view {
        if constexpr (SIPWHERE_SMALL != 0) {
            last_.ha2 = hash_request(hash_, given, request.method_text(), request.body());
            return last_.ha2.view();
        }
        const auto uri = detail::content_of(given.uri);
        const bool is_usual = request.method() == method::register_ && given.qop != digest_qop::auth_int;
        if (is_usual && uri == std::string_view{last_.uri.data(), last_.size} && given.algorithm->hash == last_.hash)
            return last_.ha2.view();
        last_.ha2 = hash_request(hash_, given, request.method_text(), request.body());
        last_.hash = given.algorithm->hash;
        last_.size = is_usual && uri.size() <= last_.uri.size() ? uri.copy(last_.uri.data(), uri.size()) : 0;
        return last_.ha2.view();
    }

    /// Returns: a number for a request, the same for each time that its bytes are sent from one place: nothing that is
    ///          altered is taken for a repeat, and least of all a Contact, which the response does not protect.
    [[nodiscard]] auto number_of(const access_request& asked) const noexcept -> std::uint64_t {
        siphash_1_3 hash{memory_.nonces.request_key()};
        const auto bytes = asked.from.remote.address.bytes();
        return hash.text(asked.request.bytes())
            .text({reinterpret_cast<const char*>(bytes.data()), bytes.size()})
            .number(asked.from.remote.port)
            .finish();
    }

    /// Writes the challenge of a 401.
    [[nodiscard]] auto ask(const access_request& asked, std::string_view realm, std::string_view why, bool is_stale,
                           writer& fields) -> access_result {
        const auto nonce = memory_.nonces.issue(asked.now, network_of(asked.from.remote.address), realm);
        write_challenge(fields,
                        {.realm = realm,
                         .nonce = {nonce.data(), nonce.size()},
                         .opaque = how_.opaque,
                         .is_stale = is_stale,
                         .offers_body = how_.offer_auth_int,
                         .offers_userhash = how_.offer_userhash},
                        how_.algorithms.view());
        return refusal{status::unauthorized, why};
    }

    /// Writes what a 200 proves; with a new nonce when the one at hand has half of its life behind it.
    void put_info(writer& fields, const access_request& asked, std::string_view realm, const digest_params& given,
                  const digest_text& ha1, const nonce_facts& nonce) {
        const auto age = floor_seconds(asked.now) - nonce.issued;
        if (age < seconds_of(how_.nonce_lifetime) / 2)
            return write_authentication_info(fields, hash_, given, ha1.view(), {});
        const auto next = memory_.nonces.issue(asked.now, network_of(asked.from.remote.address), realm);
        write_authentication_info(fields, hash_, given, ha1.view(), {next.data(), next.size()});
    }

    /// The last H(A2) of a REGISTER without a body that counts.
    struct last_request {
        std::array<char, SIPWHERE_SMALL != 0 ? 1 : 48> uri{};
        std::size_t size = 0; ///< 0 for none
        digest_hash hash = digest_hash::md5;
        digest_text ha2{};
    };

    Credentials& users_;
    Memory memory_;
    digest_settings how_;
    last_request last_{};
    [[no_unique_address]] Hash hash_;
};

template <typename Credentials>
explicit digest_access(Credentials&) -> digest_access<Credentials>;
template <typename Credentials>
digest_access(Credentials&, const digest_settings&) -> digest_access<Credentials>;
template <typename Credentials, hash_policy Hash>
digest_access(Credentials&, const digest_settings&, Hash) -> digest_access<Credentials, heap_digest_memory, Hash>;
template <typename Credentials, typename Memory>
    requires requires(Memory& memory) { memory.nonces; }
digest_access(Credentials&, Memory&) -> digest_access<Credentials, Memory&>;
template <typename Credentials, typename Memory>
    requires requires(Memory& memory) { memory.nonces; }
digest_access(Credentials&, Memory&, const digest_settings&) -> digest_access<Credentials, Memory&>;
template <typename Credentials, typename Memory, hash_policy Hash>
    requires requires(Memory& memory) { memory.nonces; }
digest_access(Credentials&, Memory&, const digest_settings&, Hash) -> digest_access<Credentials, Memory&, Hash>;

} // namespace sipwhere
