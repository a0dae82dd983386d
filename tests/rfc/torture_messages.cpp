// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/cseq.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/message/via.hpp>
#include <sipwhere/message/write_response.hpp>

#include <support/skip.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

/// The first thing that the message layer finds wrong; `start_line` stands for every defect of the whole, such as no
/// empty line after the header fields.
enum class torture_verdict {
    dropped,
    response,
    start_line,
    length,
    version,
    missing,
    doubled,
    uri,
    via,
    from,
    to,
    contact,
    cseq,
    method,
    good
};

struct torture_case {
    std::string_view name;
    torture_verdict verdict;
};

auto read_torture_file(const std::filesystem::path& path) -> std::string {
    std::ifstream file{path, std::ios::binary};
    REQUIRE_MESSAGE(file, path.string());
    return {std::istreambuf_iterator<char>{file}, {}};
}

auto is_one_name_addr(std::string_view text) -> bool {
    cursor in{text};
    return parse_name_addr(in) && in.at_end();
}

auto are_contacts(const message_view& message) -> bool {
    for (const auto row : message.rows(header_name::contact)) {
        cursor in{row};
        do
            if (!parse_contact(in)) return false;
        while (in.take(','));
    }
    return true;
}

auto are_vias(const message_view& message) -> bool {
    for (const auto row : message.rows(header_name::via)) {
        cursor in{row};
        do
            if (!parse_via(in)) return false;
        while (in.take(','));
    }
    return true;
}

auto judge_request(const message_view& message) -> torture_verdict {
    using enum torture_verdict;
    if (message.defect()) return start_line;
    if (!message.content_length_ok()) return length;
    if (!message.version_is_2_0()) return version;
    for (const auto name :
         {header_name::via, header_name::from, header_name::to, header_name::call_id, header_name::cseq}) {
        if (message.count(name) == 0) return missing;
        if (message.count(name) > 1 && name != header_name::via) return doubled;
    }
    if (!parse_uri(message.request_uri())) return uri;
    if (!are_vias(message)) return via;
    if (!is_one_name_addr(message.value(header_name::from))) return from;
    if (!is_one_name_addr(message.value(header_name::to))) return to;
    if (!are_contacts(message)) return contact;
    const auto cseq_value = parse_cseq(message.value(header_name::cseq));
    if (!cseq_value) return cseq;
    return cseq_value->method_text == message.method_text() ? good : method;
}

auto judge_message(std::string_view bytes) -> torture_verdict {
    message_view message;
    if (!parse_message(bytes, message)) return torture_verdict::dropped;
    return message.is_request() ? judge_request(message) : torture_verdict::response;
}

/// Answers a request and reads the answer again.
void answer_and_read(std::string_view bytes) {
    message_view request;
    if (!parse_message(bytes, request) || !request.is_request()) return;
    cursor in{request.value(header_name::via)};
    const auto top = parse_via(in);
    static std::array<char, 8192> space;
    writer out{space};
    const via_fixup fixup{"2001:db8::9", 4711, true, true};
    write_response_head(out, request, top ? *top : via_view{}, fixup, status::bad_request, "", "t");
    finish(out);
    REQUIRE(out.fits());

    message_view response;
    REQUIRE(parse_message(out.text(), response));
    CHECK(response.status_code() == 400);
    CHECK_FALSE(response.defect());
    CHECK(response.content_length_ok());
    CHECK(response.count(header_name::via) == request.count(header_name::via));
    CHECK(response.has(header_name::from) == request.has(header_name::from));
    CHECK(response.count(header_name::contact) == 0);
}

constexpr std::array torture_cases{
    torture_case{"wsinv", torture_verdict::good},
    torture_case{"intmeth", torture_verdict::good},
    torture_case{"esc01", torture_verdict::good},
    torture_case{"escnull", torture_verdict::good},
    torture_case{"esc02", torture_verdict::good},
    torture_case{"lwsdisp", torture_verdict::good},
    torture_case{"longreq", torture_verdict::good},
    torture_case{"dblreq", torture_verdict::good},
    torture_case{"semiuri", torture_verdict::good},
    torture_case{"transports", torture_verdict::good},
    torture_case{"mpart01", torture_verdict::good},
    torture_case{"unreason", torture_verdict::response},
    torture_case{"noreason", torture_verdict::response},
    torture_case{"badinv01", torture_verdict::via},
    torture_case{"clerr", torture_verdict::length},
    torture_case{"ncl", torture_verdict::length},
    torture_case{"scalar02", torture_verdict::cseq},
    torture_case{"scalarlg", torture_verdict::response},
    torture_case{"quotbal", torture_verdict::to},
    torture_case{"ltgtruri", torture_verdict::uri},
    torture_case{"lwsruri", torture_verdict::start_line},
    torture_case{"lwsstart", torture_verdict::start_line},
    torture_case{"trws", torture_verdict::start_line},
    torture_case{"escruri", torture_verdict::good},
    torture_case{"baddate", torture_verdict::good},
    torture_case{"regbadct", torture_verdict::contact},
    torture_case{"badaspec", torture_verdict::to},
    torture_case{"baddn", torture_verdict::start_line},
    torture_case{"badvers", torture_verdict::version},
    torture_case{"mismatch01", torture_verdict::method},
    torture_case{"mismatch02", torture_verdict::method},
    torture_case{"bigcode", torture_verdict::dropped},
    torture_case{"badbranch", torture_verdict::good},
    torture_case{"insuf", torture_verdict::missing},
    torture_case{"unkscm", torture_verdict::good},
    torture_case{"novelsc", torture_verdict::good},
    torture_case{"unksm2", torture_verdict::good},
    torture_case{"bext01", torture_verdict::good},
    torture_case{"invut", torture_verdict::good},
    torture_case{"regaut01", torture_verdict::good},
    torture_case{"multi01", torture_verdict::doubled},
    torture_case{"mcl01", torture_verdict::length},
    torture_case{"bcast", torture_verdict::response},
    torture_case{"zeromf", torture_verdict::good},
    torture_case{"cparam01", torture_verdict::good},
    torture_case{"cparam02", torture_verdict::good},
    torture_case{"regescrt", torture_verdict::good},
    torture_case{"sdp01", torture_verdict::good},
    torture_case{"inv2543", torture_verdict::good},
    torture_case{"test", torture_verdict::dropped},
    torture_case{"v6-ipv6-good", torture_verdict::good},
    torture_case{"v6-ipv6-bad", torture_verdict::uri},
    torture_case{"v6-port-ambiguous", torture_verdict::good},
    torture_case{"v6-port-unambiguous", torture_verdict::good},
    torture_case{"v6-via-received-param-with-delim", torture_verdict::good},
    torture_case{"v6-via-received-param-no-delim", torture_verdict::good},
    torture_case{"v6-ipv6-in-sdp", torture_verdict::good},
    torture_case{"v6-mult-ip-in-header", torture_verdict::good},
    torture_case{"v6-mult-ip-in-sdp", torture_verdict::good},
    torture_case{"v6-ipv4-mapped-ipv6", torture_verdict::good},
    torture_case{"v6-ipv6-bug-abnf-3-colons", torture_verdict::uri},
    torture_case{"v6-ipv6-correct-abnf-2-colons", torture_verdict::good},
};

TEST_CASE("the torture messages are read as their RFCs ask (RFC 4475, RFC 5118)") {
    const char* folder = std::getenv("SIPWHERE_TORTURE");
    if (folder == nullptr) return sipwhere_test::skip("SIPWHERE_TORTURE names no folder of torture messages");

    for (const auto& one : torture_cases) {
        CAPTURE(one.name);
        const auto bytes = read_torture_file(std::filesystem::path{folder} / (std::string{one.name} + ".dat"));
        CHECK(judge_message(bytes) == one.verdict);
        answer_and_read(bytes);
    }
}

TEST_CASE("the torture messages can be cut anywhere without harm") {
    const char* folder = std::getenv("SIPWHERE_TORTURE");
    if (folder == nullptr) return sipwhere_test::skip("SIPWHERE_TORTURE names no folder of torture messages");

    for (const auto& [name, verdict] : torture_cases) {
        const auto bytes = read_torture_file(std::filesystem::path{folder} / (std::string{name} + ".dat"));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const auto part = bytes.substr(0, size);
            CHECK_MESSAGE(judge_message(part) <= torture_verdict::good, size);
            answer_and_read(part);
        }
    }
}

TEST_CASE("what real clients sent is read without complaint") {
    const char* folder = std::getenv("SIPWHERE_CAPTURES");
    if (folder == nullptr) return sipwhere_test::skip("SIPWHERE_CAPTURES names no folder of recorded messages");

    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".sip") continue;
        CAPTURE(entry.path().string());
        const auto bytes = read_torture_file(entry.path());
        CHECK(judge_message(bytes) == torture_verdict::good);
        answer_and_read(bytes);
    }
}

} // namespace
