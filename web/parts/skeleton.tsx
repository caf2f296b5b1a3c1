/** The overview's shape while its figures are on their way. */
const Boxes = ({ count, className }: { readonly count: number; readonly className: string }) =>
  Array.from({ length: count }, (_, index) => <div key={index} className={`skeleton ${className}`} />)

export const OverviewSkeleton = () => (
  <div role="status" aria-label="Reading the figures" data-testid="skeleton" className="flex flex-col gap-3">
    <div className="grid grid-cols-2 gap-3 md:grid-cols-4 xl:grid-cols-6">
      <Boxes count={6} className="h-24" />
    </div>
    <div className="grid gap-3 lg:grid-cols-2">
      <Boxes count={4} className="h-56" />
    </div>
  </div>
)

/** Lines of the request list. */
export const ListSkeleton = () => (
  <div role="status" aria-label="Reading the requests" data-testid="skeleton" className="flex flex-col gap-2 p-3">
    <Boxes count={14} className="h-6" />
  </div>
)
