function(ctx) { token: 'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx', other: 'ory_st_', re_a_very_long_name_of_a_field_1234: 1 }
