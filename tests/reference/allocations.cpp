// SPDX-License-Identifier: BSL-1.0
#include <reference/quiet_world.hpp>
#include <support/allocation_counter.hpp>

#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string_view>

namespace {

using namespace sipwhere_test;
using namespace std::chrono_literals;
using sipwhere::status;

constexpr std::string_view phone_stays = "<sip:phone@192.0.2.1:5060>;+sip.instance=\"<urn:uuid:1>\";expires=120";
constexpr std::string_view tablet_stays = "<sip:tablet@192.0.2.2:5060>;q=0.5";
constexpr std::string_view phone_goes = "<sip:phone@192.0.2.1:5060>;expires=0";

} // namespace

TEST_CASE("a fixed storage never asks for memory, from its construction on, whatever is sent") {
    std::size_t allocations = 0;
    bool all_as_expected = true;
    {
        const allocation_counter counter;
        static quiet_world<sipwhere::fixed_storage<8, 16, 4096>> w; // as on a board
        const auto expect = [&](status given, status wanted) { all_as_expected = all_as_expected && given == wanted; };
        for (unsigned round = 0; round < 20; ++round) {
            for (unsigned user = 0; user < 6; ++user) {
                expect(w.registers(user, phone_stays), status::ok);
                expect(w.sends(plain_register{user, w.cseq, phone_stays}.text()), status::ok); // a retransmission
                expect(w.registers(user, tablet_stays), status::ok);
                expect(w.registers(user, {}), status::ok);
                expect(w.registers(user, "<broken"), status::bad_request);
                expect(w.registers(user, "<sip:a@192.0.2.1>;expires=1"), status::interval_too_brief);
                if (round % 3 == user % 3) expect(w.registers(user, phone_goes), status::ok);
                if (round % 5 == user % 5) expect(w.registers(user, "*"), status::ok);
            }
            expect(w.sends("no SIP at all"), status{});
            w.runs_for(round % 4 == 3 ? 400s : 10s);
        }
        allocations = counter.count();
    }
    CHECK(allocations == 0);
    CHECK(all_as_expected);
}

TEST_CASE("a hash storage asks for no memory to refresh, repeat, query or refuse") {
    quiet_world<sipwhere::hash_storage> w;
    constexpr unsigned users = 200;
    bool all_ok = true;
    const auto refresh_all = [&] {
        for (unsigned user = 0; user < users; ++user) {
            all_ok = all_ok && w.registers(user, phone_stays) == status::ok;
            all_ok = all_ok && w.sends(plain_register{user, w.cseq, phone_stays}.text()) == status::ok;
            all_ok = all_ok && w.registers(user, {}) == status::ok;
            all_ok = all_ok && w.registers(user + users, "<broken") == status::bad_request;
        }
    };
    const allocation_counter warming_up;
    refresh_all();
    w.runs_for(60s);
    refresh_all();
    CHECK(warming_up.count() > 0); // so the counter counts

    const allocation_counter counter;
    for (int round = 0; round < 10; ++round) {
        w.runs_for(60s);
        refresh_all();
    }
    CHECK(counter.count() == 0);
    CHECK(all_ok);
    CHECK(w.storage.size() == users);
}
