// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Reading and writing of SIP messages alone, without a server: views over bytes, no heap.
#include <sipwhere/message/auth_params.hpp>
#include <sipwhere/message/comma_list.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/cseq.hpp>
#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/message/fast_contact.hpp>
#include <sipwhere/message/fast_host_port.hpp>
#include <sipwhere/message/fast_name_addr.hpp>
#include <sipwhere/message/fast_params.hpp>
#include <sipwhere/message/fast_uri.hpp>
#include <sipwhere/message/fast_via.hpp>
#include <sipwhere/message/header_line.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/ip_bytes.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/method.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/message/opaque_equal.hpp>
#include <sipwhere/message/opaque_number.hpp>
#include <sipwhere/message/option_tags.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/message/quoted.hpp>
#include <sipwhere/message/start_line.hpp>
#include <sipwhere/message/status.hpp>
#include <sipwhere/message/stun.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/message/uri_equal.hpp>
#include <sipwhere/message/uri_identity.hpp>
#include <sipwhere/message/uri_params.hpp>
#include <sipwhere/message/usual_field.hpp>
#include <sipwhere/message/via.hpp>
#include <sipwhere/message/write_response.hpp>
