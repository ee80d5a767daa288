function(ctx) {
  sign: 'caf\ud83d',
}
