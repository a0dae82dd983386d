// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/errc.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/config/settings.hpp>
#include <sipwhere/memory/request_memory.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// What is wrong with settings that were refused, for who has to tell a person. Its texts are static or the settings'.
struct settings_fault {
    enum class reason : std::uint8_t {
        unknown,            ///< nothing more than the error says
        below,              ///< `value` is below `bound`
        above,              ///< `value` is above `bound`
        above_memory,       ///< `value` is more than the memory holds, `bound`, of what `text` says
        too_many_in_braces, ///< a list keeps no more than `bound` values
        not_a_host,         ///< `text` is neither a name nor an address
        no_subdomains,      ///< `text` is an address
        not_served,         ///< `text` has an alias, but is no domain of the list
        left_out,           ///< the memory leaves out the code for it
    };

    reason kind = reason::unknown;
    std::string_view setting{}; ///< its name, such as "max_expires"
    std::int64_t value = 0;
    std::string_view bound_by{}; ///< the setting that has `bound`; empty when it is fixed
    std::int64_t bound = 0;
    std::string_view unit{}; ///< of both, with a space in front
    std::string_view text{};
};

namespace detail {

[[nodiscard]] inline auto find_interval_fault(const limits& asked) noexcept -> settings_fault {
    using enum settings_fault::reason;
    constexpr std::string_view second = " s";
    constexpr std::int64_t longest = 0xffff'fffe;
    const auto least = asked.min_expires.count(), most = asked.max_expires.count();
    const auto usual = asked.default_expires.count(), wait = asked.retry_after.count();
    if (least < 0) return {below, "min_expires", least, {}, 0, second};
    if (most < 1) return {below, "max_expires", most, {}, 1, second};
    if (most > longest) return {above, "max_expires", most, {}, longest, second};
    if (most < least) return {below, "max_expires", most, "min_expires", least, second};
    if (usual != 0 && usual < least) return {below, "default_expires", usual, "min_expires", least, second};
    if (usual > most) return {above, "default_expires", usual, "max_expires", most, second};
    if (wait < 0) return {below, "retry_after", wait, {}, 0, second};
    if (wait > longest) return {above, "retry_after", wait, {}, longest, second};
    return {};
}

[[nodiscard]] inline auto find_size_fault(const limits& asked, const request_memory& memory) noexcept
    -> settings_fault {
    struct size_rule {
        std::string_view setting;
        std::size_t asked, capacity;
        std::string_view of;
    };
    const std::array<size_rule, 5> rules{{
        {"max_contacts", asked.max_contacts, memory.binding_changes.size(), "bindings of a record"},
        {"max_request_contacts", asked.max_request_contacts, most_request_contacts(memory), "contacts of a request"},
        {"max_contact_bytes", asked.max_contact_bytes, memory.record.size(), "bytes of a record"},
        {"max_aor_bytes", asked.max_aor_bytes, memory.aor.size(), "bytes of an address-of-record"},
        {"max_answer_bytes", asked.max_answer_bytes, memory.answer.size(), "bytes of an answer"},
    }};
    for (const auto& rule : rules)
        if (rule.asked > rule.capacity || rule.capacity == 0)
            return {.kind = settings_fault::reason::above_memory,
                    .setting = rule.setting,
                    .value = static_cast<std::int64_t>(rule.asked),
                    .bound = static_cast<std::int64_t>(rule.capacity),
                    .text = rule.of};
    if (asked.max_alike > most_alike)
        return {settings_fault::reason::above, "max_alike", static_cast<std::int64_t>(asked.max_alike), {}, most_alike};
    return {};
}

[[nodiscard]] inline auto find_overflow(const settings& asked) noexcept -> settings_fault {
    const auto fault = [](std::string_view setting, std::size_t most) {
        return settings_fault{.kind = settings_fault::reason::too_many_in_braces,
                              .setting = setting,
                              .bound = static_cast<std::int64_t>(most)};
    };
    if (asked.domains.overflowed()) return fault("domains", asked.domains.most_in_braces());
    if (asked.aliases.overflowed()) return fault("aliases", asked.aliases.most_in_braces());
    return {};
}

[[nodiscard]] inline auto find_text_fault(std::string_view setting, const domain_rule& rule) noexcept
    -> settings_fault {
    if (is_valid(rule)) return {};
    const bool is_host = rule.subdomains && is_valid(domain_rule{rule.text});
    return {.kind = is_host ? settings_fault::reason::no_subdomains : settings_fault::reason::not_a_host,
            .setting = setting,
            .text = rule.text};
}

[[nodiscard]] inline auto find_domain_fault(const served_domains& asked) noexcept -> settings_fault {
    constexpr auto unknown = settings_fault::reason::unknown;
    for (const auto rule : asked.domains)
        if (const auto found = find_text_fault("domains", rule); found.kind != unknown) return found;
    for (const auto alias : asked.aliases) {
        for (const auto& rule : {alias.name, alias.domain})
            if (const auto found = find_text_fault("aliases", rule); found.kind != unknown) return found;
        if (!check({asked.domains, std::span{&alias, 1}}))
            return {.kind = settings_fault::reason::not_served, .setting = "aliases", .text = alias.domain.text};
    }
    return {};
}

[[nodiscard]] inline auto find_left_out(const settings& asked) noexcept -> settings_fault {
    const auto fault = [](std::string_view setting) {
        return settings_fault{.kind = settings_fault::reason::left_out, .setting = setting};
    };
    if (asked.limits.same_cseq != same_cseq::refuse) return fault("same_cseq");
    if (asked.options_user != options_user::any) return fault("options_user");
    if (asked.options_contact) return fault("options_contact");
    if (asked.keep_user_agent) return fault("keep_user_agent");
    return {};
}

/// Writes a whole number, negative ones too.
inline void write_integer(writer& out, std::int64_t value) noexcept {
    auto rest = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    std::array<char, 20> digits{};
    auto at = digits.size();
    do digits[--at] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0) out.put('-');
    out.put(std::string_view{digits.data() + at, digits.size() - at});
}

/// Writes a user's text in quotation marks, the first 64 bytes of it.
inline void write_configured_text(writer& out, std::string_view text) noexcept {
    constexpr std::size_t most = 64;
    out.put('\'').put(text.substr(0, most)).put(text.size() > most ? "…" : "").put('\'');
}

} // namespace detail

/// Finds what is wrong with settings that were refused with `why`.
///
/// Returns: `reason::unknown` when the error is of something else. Its texts are static or those of the settings.
[[nodiscard]] inline auto find_fault(errc why, const settings& asked, const request_memory& memory) noexcept
    -> settings_fault {
    switch (why) {
    case errc::contradicting_limits: return detail::find_interval_fault(asked.limits);
    case errc::bad_domain: return detail::find_domain_fault(asked.served());
    case errc::left_out: return detail::find_left_out(asked);
    case errc::capacity_exceeded: {
        const auto found = detail::find_overflow(asked);
        if (found.kind != settings_fault::reason::unknown) return found;
        return detail::find_size_fault(asked.limits, memory);
    }
    default: return {};
    }
}

/// Writes what is wrong as one sentence without a full stop: "max_expires 20 s is below min_expires 30 s".
///
/// `put_name(out, setting)` writes the name of a setting as the reader knows it.
template <typename PutName>
void write_fault(writer& out, const settings_fault& fault, PutName put_name) {
    using enum settings_fault::reason;
    const bool is_alias = fault.setting == "aliases";
    const auto put_value = [&](std::string_view setting, std::int64_t value) {
        if (!setting.empty()) put_name(out, setting), out.put(' ');
        detail::write_integer(out, value);
        out.put(fault.unit);
    };
    switch (fault.kind) {
    case unknown: break;
    case below:
    case above:
        put_value(fault.setting, fault.value);
        out.put(fault.kind == below ? " is below " : " is above ");
        put_value(fault.bound_by, fault.bound);
        break;
    case above_memory:
        put_value(fault.setting, fault.value);
        out.put(": the memory holds ");
        put_value({}, fault.bound);
        out.put(' ').put(fault.text);
        break;
    case too_many_in_braces:
        put_name(out, fault.setting);
        out.put(": more than ");
        put_value({}, fault.bound);
        out.put(" in braces; keep them in an array or a vector");
        break;
    case not_a_host:
    case no_subdomains:
        out.put(is_alias ? "the alias " : "the domain ");
        detail::write_configured_text(out, fault.text);
        out.put(fault.kind == not_a_host ? " is not a host name or address" : " is an address and has no subdomains");
        break;
    case not_served:
        out.put("alias of ");
        detail::write_configured_text(out, fault.text);
        out.put(", which is not served");
        break;
    case left_out:
        put_name(out, fault.setting);
        out.put(" needs memory_sizes::all_settings");
        break;
    }
}

/// A sentence in place, without a heap.
class explanation {
public:
    /// Says what is wrong with settings that were refused with `why`, or, when it is something else, what `why` means.
    explanation(errc why, const settings& asked, const request_memory& memory) noexcept {
        writer out{text_};
        write_fault(out, find_fault(why, asked, memory), [](writer& to, std::string_view name) { to.put(name); });
        if (out.size() == 0) out.put(message(why));
        size_ = out.size();
    }
    explicit explanation(errc why) noexcept {
        writer out{text_};
        size_ = out.put(message(why)).size();
    }

    [[nodiscard]] auto text() const noexcept -> std::string_view { return {text_.data(), size_}; }

private:
    std::array<char, 192> text_;
    std::size_t size_ = 0;
};

} // namespace sipwhere
