declare module '*?layer=subunits' {
  const topology: unknown
  export default topology
}
