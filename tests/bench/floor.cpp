// SPDX-License-Identifier: BSL-1.0
//
// What a registrar can't be faster than: it answers each REGISTER with the same 200, into which it copies the Call-ID
// and the CSeq.
//
//   floor [--how single|batch|gso] [--port N] [--users N]
//
// `single` reads with recvfrom and writes with sendto, `batch` with recvmmsg and sendmmsg. `gso` takes and sends trains
// of datagrams, which the kernel joins (GRO) and cuts (GSO), and keeps an entry of 64 bytes for each user in a hash
// table. Prints its port, ends by a signal.

#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/udp_client.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere_bench;

constexpr std::size_t batch = 64;
constexpr std::size_t largest = 2048;
constexpr std::size_t longest_train = 65536;

/// The answer to every REGISTER.
class canned_answer {
public:
    canned_answer() {
        const register_text asked{ask::change, 40000};
        const auto request = asked.text({});
        const auto take = [&](field wanted) { return std::string{asked.value(request, wanted)}; };
        text_ = "SIP/2.0 200 OK\r\nVia: " + take(field::via) +
                ";rport=40000;received=127.0.0.1\r\nFrom: " + take(field::from) + "\r\nTo: " + take(field::to) +
                ";tag=0123456789abcdef\r\nCall-ID: ";
        call_id_ = {text_.size(), take(field::call_id).size()};
        text_ += take(field::call_id) + "\r\nCSeq: ";
        cseq_ = {text_.size(), take(field::cseq).size()};
        text_ += take(field::cseq) + "\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\nContact: <" + take(field::contact) +
                 ">;+sip.instance=\"<urn:uuid:6f9f1c5e-0000-4000-8000-000000000000>\";expires=3600\r\n"
                 "Content-Length: 0\r\n\r\n";
    }

    [[nodiscard]] auto text() const -> const std::string& { return text_; }

    /// Fills in what the request has; `answer` holds a copy of `text`.
    ///
    /// Returns: the Call-ID, empty for a request that is not of the benchmarks.
    auto patch(char* answer, std::string_view request) const -> std::string_view {
        const auto call_id = value(request, "\r\nCall-ID: ");
        const auto cseq = value(request, "\r\nCSeq: ");
        if (call_id.size() != call_id_.second || cseq.size() != cseq_.second) return {};
        call_id.copy(answer + call_id_.first, call_id.size());
        cseq.copy(answer + cseq_.first, cseq.size());
        return call_id;
    }

private:
    static auto value(std::string_view request, std::string_view name) -> std::string_view {
        const auto at = request.find(name);
        if (at == request.npos) return {};
        const auto begin = at + name.size();
        return request.substr(begin, request.find('\r', begin) - begin);
    }

    std::string text_;
    std::pair<std::size_t, std::size_t> call_id_, cseq_; ///< where each begins, and its size
};

/// One entry of a cache line for each Call-ID.
class entries {
public:
    explicit entries(std::uint32_t users) : all_(std::bit_ceil(std::size_t{users} * 2)) {}

    void note(std::string_view call_id) {
        const auto hash = std::hash<std::string_view>{}(call_id) | 1;
        auto at = hash >> 8;
        while (all_[at & (all_.size() - 1)].hash != hash && all_[at & (all_.size() - 1)].hash != 0) ++at;
        auto& mine = all_[at & (all_.size() - 1)];
        if (mine.hash == 0 && ++used_ == all_.size()) die("more users than --users");
        mine.hash = hash;
        ++mine.requests;
        call_id.copy(mine.call_id.data(), mine.call_id.size());
    }

private:
    struct alignas(64) entry {
        std::size_t hash = 0;
        std::uint64_t requests = 0;
        std::array<char, 48> call_id{};
    };
    static_assert(sizeof(entry) == 64);

    std::vector<entry> all_;
    std::size_t used_ = 0;
};

class responder {
public:
    explicit responder(const options& given)
        : socket_(::socket(AF_INET, SOCK_DGRAM, 0)), users_(given.number("--users", 1U)) {
        if (socket_ < 0) die_of_errno("socket");
        constexpr int megabytes = 1 << 20;
        ask_for_room(socket_, 8 * megabytes);
        auto here = loopback(given.number<std::uint16_t>("--port", 0));
        auto* const address = reinterpret_cast<::sockaddr*>(&here);
        ::socklen_t size = sizeof here;
        if (::bind(socket_, address, size) != 0 || ::getsockname(socket_, address, &size) != 0) die_of_errno("bind");
        std::printf("%u\n", ntohs(here.sin_port));
        std::fflush(stdout);
    }

    [[noreturn]] void answer_each() {
        std::array<char, largest> request{};
        auto answer = canned_.text();
        for (;;) {
            ::sockaddr_in from{};
            ::socklen_t from_size = sizeof from;
            auto* const address = reinterpret_cast<::sockaddr*>(&from);
            const auto size = ::recvfrom(socket_, request.data(), request.size(), 0, address, &from_size);
            if (size <= 0) continue;
            if (canned_.patch(answer.data(), {request.data(), static_cast<std::size_t>(size)}).empty()) continue;
            (void)::sendto(socket_, answer.data(), answer.size(), 0, address, from_size);
        }
    }

    [[noreturn]] void answer_batches() {
        prepare();
        for (;;) {
            const auto count = read_batch();
            unsigned good = 0;
            for (std::size_t i = 0; i < count; ++i)
                if (!patch(i).empty()) sends_[good++].msg_hdr = answer_header(i);
            if (good > 0) (void)::sendmmsg(socket_, sends_.data(), good, 0);
        }
    }

    [[noreturn]] void answer_trains() {
        prepare();
        const int cut = static_cast<int>(canned_.text().size());
        const int on = 1;
        if (::setsockopt(socket_, SOL_UDP, UDP_SEGMENT, &cut, sizeof cut) != 0) die_of_errno("GSO");
        if (::setsockopt(socket_, SOL_UDP, UDP_GRO, &on, sizeof on) != 0) die_of_errno("GRO");
        std::vector<char> train(longest_train);
        for (;;) {
            ::sockaddr_in from{};
            ::iovec room{train.data(), train.size()};
            alignas(::cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
            ::msghdr message{&from, sizeof from, &room, 1, control.data(), control.size(), 0};
            const auto size = ::recvmsg(socket_, &message, 0);
            if (size <= 0) continue;
            answer_train({train.data(), static_cast<std::size_t>(size)}, segment_size(message), from);
        }
    }

private:
    void prepare() {
        const auto& text = canned_.text();
        for (std::size_t i = 0; i < batch; ++i) {
            answers_ += text;
            request_pieces_[i] = {requests_[i].data(), largest};
            reads_[i].msg_hdr = {&from_[i], sizeof from_[i], &request_pieces_[i], 1, nullptr, 0, 0};
        }
        for (std::size_t i = 0; i < batch; ++i) answer_pieces_[i] = {&answers_[i * text.size()], text.size()};
    }

    /// Returns: the bytes of each datagram but the last; more than any has if there is one.
    static auto segment_size(::msghdr& message) -> std::size_t {
        const auto* part = CMSG_FIRSTHDR(&message);
        if (part == nullptr || part->cmsg_level != SOL_UDP || part->cmsg_type != UDP_GRO) return longest_train;
        int size = 0;
        std::memcpy(&size, CMSG_DATA(part), sizeof size);
        return static_cast<std::size_t>(size);
    }

    void answer_train(std::string_view train, std::size_t segment, ::sockaddr_in& from) {
        std::size_t count = 0;
        for (; !train.empty(); train.remove_prefix(std::min(segment, train.size()))) {
            const auto call_id = canned_.patch(answer(count), train.substr(0, segment));
            if (call_id.empty()) continue;
            users_.note(call_id);
            if (++count == batch) send_train(std::exchange(count, 0), from);
        }
        if (count > 0) send_train(count, from);
    }

    void send_train(std::size_t count, ::sockaddr_in& to) {
        const ::msghdr message{&to, sizeof to, answer_pieces_.data(), count, nullptr, 0, 0};
        (void)::sendmsg(socket_, &message, 0);
    }

    auto answer(std::size_t i) -> char* { return static_cast<char*>(answer_pieces_[i].iov_base); }

    /// Waits for one datagram and takes all that have come.
    auto read_batch() -> std::size_t {
        const int count = ::recvmmsg(socket_, reads_.data(), batch, MSG_WAITFORONE, nullptr);
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

    auto patch(std::size_t i) -> std::string_view {
        return canned_.patch(answer(i), {requests_[i].data(), reads_[i].msg_len});
    }

    auto answer_header(std::size_t i) -> ::msghdr {
        return {&from_[i], sizeof from_[i], &answer_pieces_[i], 1, nullptr, 0, 0};
    }

    int socket_;
    canned_answer canned_;
    entries users_;
    std::string answers_;
    std::array<std::array<char, largest>, batch> requests_{};
    std::array<::sockaddr_in, batch> from_{};
    std::array<::iovec, batch> request_pieces_{}, answer_pieces_{};
    std::array<::mmsghdr, batch> reads_{}, sends_{};
};

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    const auto how = given.text("--how", "single");
    responder server{given};
    if (how == "single") server.answer_each();
    if (how == "batch") server.answer_batches();
    if (how == "gso") server.answer_trains();
    die("no such way");
}
