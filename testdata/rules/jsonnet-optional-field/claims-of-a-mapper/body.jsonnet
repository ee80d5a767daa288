local claims = std.extVar('claims');
{
  identity: {
    traits: {
      mail: claims.email,
      phone: claims.phone_number,
    },
    metadata_public: {
      locale: claims.locale,
    },
  },
}
