// SPDX-License-Identifier: BSL-1.0
//
// What it costs a server to ask for passwords: a closed loop of 128 users at a time, who prove theirs.
//
//   logins --port N --pids N,N… [--mode open|refresh|login] [--algorithm MD5|SHA-256] [--users N] [--seconds S]
//   logins --write-users FILE [--users N]
//
// `open` sends no credentials, to a server that wants none; `refresh` uses a nonce over and over; `login` asks for a
// new one each time, so that each takes two requests. Prints one line of JSON: REGISTERs answered with 200 a second,
// and microseconds of the server for each. The second form writes a file of these users, for registrard --users.

#include <support/cpu_time.hpp>
#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/udp_client.hpp>

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere_bench;
using namespace std::chrono_literals;
using sipwhere::digest_hash;
using std::chrono::steady_clock;

constexpr std::string_view realm = "example.com";

[[nodiscard]] auto name_of(std::uint32_t user) -> std::string {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "user-%08u", user);
    return text.data();
}

/// Returns: H(A1) of a user, whose password is their name, backwards.
[[nodiscard]] auto ha1_of(std::uint32_t user, digest_hash which) -> std::string {
    sipwhere::builtin_hash hash;
    const auto name = name_of(user);
    const std::string password{name.rbegin(), name.rend()};
    return std::string{hash_password(hash, which, name, realm, password).view()};
}

void write_users(const std::string& path, std::uint32_t users) {
    std::ofstream file{path};
    for (std::uint32_t user = 0; user < users; ++user)
        for (const auto which : {digest_hash::md5, digest_hash::sha256})
            file << name_of(user) << ':' << realm << ':' << ha1_of(user, which) << '\n';
    if (!file.flush()) die("can't write " + path);
}

/// A user, with the nonce they were given.
struct account {
    std::string ha1;
    std::array<char, 36> nonce{};
    std::uint32_t count = 0; ///< 0 without a nonce
    std::uint32_t cseq = 0;
};

class logins {
public:
    explicit logins(const options& given)
        : plain_{given.number<std::uint16_t>("--port", 5060)}, signed_{given.number<std::uint16_t>("--port", 5060)},
          server_(given.text("--pids")), mode_(given.text("--mode", "refresh")),
          seconds_(given.number("--seconds", 2.0)),
          which_(given.text("--algorithm", "MD5") == "MD5" ? digest_hash::md5 : digest_hash::sha256),
          text_{ask::change, plain_.port()}, signed_text_{ask::change, signed_.port()},
          accounts_(given.number("--users", 100'000U)) {
        if (mode_ != "open" && mode_ != "refresh" && mode_ != "login") die("no such mode");
        if (accounts_.size() < window) die("there have to be 128 users");
        if (mode_ != "open")
            for (std::uint32_t user = 0; user < accounts_.size(); ++user) accounts_[user].ha1 = ha1_of(user, which_);
        plain_.set_size(text_.size());
        signed_.set_size(signed_text_.size() + line(0).size());
        for (std::uint32_t i = 0; i < window; ++i) slots_[i].user = i;
    }

    /// Lets each user come once, then goes on for the time that was asked for.
    void run() {
        serve([this] { return done_ >= accounts_.size(); });
        done_ = asked_ = 0;
        const auto used = server_.used();
        const auto begin = steady_clock::now();
        const auto end = begin + std::chrono::duration_cast<steady_clock::duration>(seconds_);
        serve([end] { return steady_clock::now() >= end; });
        const std::chrono::duration<double> lasted = steady_clock::now() - begin;
        const std::chrono::duration<double, std::micro> taken = server_.used() - used;
        std::printf("{\"mode\":\"%s\",\"rate\":%.0f,\"server_us\":%.4f,\"asked\":%.4f}\n", std::string{mode_}.c_str(),
                    static_cast<double>(done_) / lasted.count(), taken.count() / static_cast<double>(done_),
                    static_cast<double>(asked_) / static_cast<double>(done_));
    }

private:
    static constexpr std::uint32_t window = 128;

    struct slot {
        std::uint32_t user = 0;
        std::string text;
        bool has_credentials = false;
        bool waits = false;
    };

    template <typename Until>
    void serve(Until&& is_over) {
        auto last = steady_clock::now();
        for (std::uint32_t i = 0; i < window; ++i)
            if (!slots_[i].waits) prepare(i);
        flush();
        while (!is_over()) {
            const auto take = [this](std::string_view bytes) { hear(bytes); };
            const auto count = plain_.receive(take) + signed_.receive(take);
            if (to_send_.size() >= window / 4 || count == 0) flush();
            if (count != 0) last = steady_clock::now();
            else if (steady_clock::now() - last > 5s) die("the server does not answer");
        }
    }

    [[nodiscard]] auto line(std::uint32_t user) const -> std::string {
        const auto& one = accounts_[user];
        std::array<char, 9> count{};
        std::snprintf(count.data(), count.size(), "%08x", one.count);
        const std::string_view nonce{one.nonce.data(), one.nonce.size()}, nc{count.data(), 8};
        sipwhere::builtin_hash hash;
        const auto response = digest_response(hash,
                                              {.nonce = nonce,
                                               .uri = "sip:example.com",
                                               .cnonce = "0a4f113b",
                                               .nc_text = nc,
                                               .qop = sipwhere::digest_qop::auth,
                                               .algorithm = sipwhere::digest_algorithm{which_}},
                                              one.ha1, "REGISTER", {});
        std::string made = "Authorization: Digest username=\"" + name_of(user) + "\", realm=\"example.com\", nonce=\"";
        made.append(nonce).append("\", uri=\"sip:example.com\", response=\"").append(response.view());
        made.append("\", algorithm=").append(sipwhere::name_of(sipwhere::digest_algorithm{which_}));
        return made.append(", qop=auth, cnonce=\"0a4f113b\", nc=").append(nc).append("\r\n");
    }

    /// Writes the next REGISTER of a slot.
    void prepare(std::uint32_t index) {
        auto& one = slots_[index];
        auto& mine = accounts_[one.user];
        one.has_credentials = mode_ != "open" && mine.count != 0;
        ++mine.cseq;
        one.text = (one.has_credentials ? signed_text_ : text_).text({.user = one.user, .cseq = mine.cseq});
        if (one.has_credentials) one.text.insert(one.text.size() - 2, line(one.user));
        one.waits = true;
        to_send_.push_back(index);
    }

    void flush() {
        std::vector<::iovec> plain, with_credentials;
        for (const auto index : to_send_)
            (slots_[index].has_credentials ? with_credentials : plain)
                .push_back({slots_[index].text.data(), slots_[index].text.size()});
        to_send_.clear();
        if (!plain.empty()) plain_.send(plain);
        if (!with_credentials.empty()) signed_.send(with_credentials);
    }

    void hear(std::string_view bytes) {
        constexpr std::string_view name = "\r\nCall-ID: call-";
        const auto at = bytes.find(name);
        if (at == bytes.npos) die("an answer without a Call-ID of ours");
        std::uint32_t user = 0;
        for (const char c : bytes.substr(at + name.size(), 8)) user = user * 10 + static_cast<std::uint32_t>(c - '0');
        const auto index = user % window;
        auto& one = slots_[index];
        if (!one.waits || one.user != user) return;
        auto& mine = accounts_[user];
        one.waits = false;
        if (bytes.starts_with("SIP/2.0 401 ") && mode_ != "open") {
            const auto nonce = bytes.find("nonce=\"") + 7;
            bytes.copy(mine.nonce.data(), mine.nonce.size(), nonce);
            mine.count = 1;
            ++asked_;
        } else if (bytes.starts_with("SIP/2.0 200 ")) {
            mine.count = mode_ == "login" ? 0 : mine.count + 1;
            ++done_;
            one.user += window;
            if (one.user >= accounts_.size()) one.user = index;
        } else {
            die("an answer that is neither 200 nor 401:\n" + std::string{bytes});
        }
        prepare(index);
    }

    udp_client plain_, signed_; ///< for messages of two sizes
    cpu_time server_;
    std::string_view mode_;
    std::chrono::duration<double> seconds_;
    digest_hash which_;
    register_text text_, signed_text_;
    std::vector<account> accounts_;
    std::array<slot, window> slots_;
    std::vector<std::uint32_t> to_send_;
    std::uint64_t done_ = 0;
    std::uint64_t asked_ = 0; ///< challenges heard
};

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    if (const auto path = given.text("--write-users"); !path.empty()) {
        write_users(std::string{path}, given.number("--users", 100'000U));
        return 0;
    }
    logins one{given};
    one.run();
}
